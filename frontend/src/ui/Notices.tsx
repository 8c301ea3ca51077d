import { create } from 'zustand';
import { useI18n } from '../i18n/useI18n';
import { Button, IconButton } from './Button';
import styles from './Notices.module.css';
import { cx } from './cx';

type Tone = 'info' | 'good' | 'error';

interface Notice {
  readonly id: number;
  readonly tone: Tone;
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

interface NoticeState {
  readonly notices: readonly Notice[];
  readonly show: (tone: Tone, text: string, action?: Notice['action']) => void;
  readonly dismiss: (id: number) => void;
}

let last = 0;
const STAY_MS = { info: 5000, good: 4000, error: 12000 } as const;

/** Short messages that pass by; with an action they stay a little longer. */
export const useNotices = create<NoticeState>((set, get) => ({
  notices: [],
  show: (tone, text, action) => {
    const id = ++last;
    set({ notices: [...get().notices.slice(-2), { id, tone, text, action }] });
    setTimeout(() => get().dismiss(id), STAY_MS[tone] + (action ? 4000 : 0));
  },
  dismiss: (id) => set({ notices: get().notices.filter((notice) => notice.id !== id) }),
}));

/** The stack of messages, announced to screen readers. */
export function Notices() {
  const { t } = useI18n();
  const { notices, dismiss } = useNotices();
  return (
    <div className={styles['stack']} role="status" aria-live="polite">
      {notices.map(({ id, tone, text, action }) => (
        <div key={id} className={cx(styles['notice'], styles[tone])}>
          <span>{text}</span>
          {action && (
            <Button
              size="small"
              variant="ghost"
              onClick={() => {
                dismiss(id);
                action.run();
              }}
            >
              {action.label}
            </Button>
          )}
          <IconButton icon="close" label={t('ui.close')} onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
