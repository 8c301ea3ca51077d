import { useId, useState, type FormEvent } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { Button } from '../../ui/Button';
import { useDrawing } from '../drawing';
import type { Finding } from './report';
import styles from './Findings.module.css';

const HALF_A_YEAR_MS = 182 * 86_400_000;

/** Accepting a finding asks why and until when; it is stored in the document, on each element it concerns. */
export function AcceptForm({ finding, onDone }: { finding: Finding; onDone: () => void }) {
  const { t } = useI18n();
  const { changeAccepted } = useDrawing();
  const id = useId();
  const [reason, setReason] = useState('');
  const [expires, setExpires] = useState(() => new Date(Date.now() + HALF_A_YEAR_MS).toISOString().slice(0, 10));
  const accept = (event: FormEvent): void => {
    event.preventDefault();
    const text = reason.trim();
    if (text === '') return;
    changeAccepted((list) => [
      ...list.filter((entry) => entry.code !== finding.code || !finding.components.includes(entry.component)),
      ...finding.components.map((component) => ({
        code: finding.code,
        component,
        reason: text,
        ...(expires === '' ? {} : { expires }),
      })),
    ]);
    onDone();
  };
  return (
    <form className={styles['form']} onSubmit={accept} onKeyDown={(event) => event.key === 'Escape' && (event.stopPropagation(), onDone())}>
      <label htmlFor={`${id}-reason`}>{t('findings.accept.reason')}</label>
      <input id={`${id}-reason`} value={reason} maxLength={500} required autoFocus onChange={(event) => setReason(event.target.value)} />
      <label htmlFor={`${id}-expires`}>{t('findings.accept.expires')}</label>
      <input id={`${id}-expires`} type="date" value={expires} onChange={(event) => setExpires(event.target.value)} />
      <div className={styles['actions']}>
        <Button type="submit" size="small" disabled={reason.trim() === ''}>
          {t('findings.accept.confirm')}
        </Button>
        <Button type="button" size="small" variant="ghost" onClick={onDone}>
          {t('findings.cancel')}
        </Button>
      </div>
    </form>
  );
}
