import { useCallback, useRef, useState } from 'react';
import { runCommand } from '../commands/registry';
import { applyEdits, useDrawingState, useKindsState, usePeople } from '../editor/drawing';
import { RunButton } from '../features/runs/RunButton';
import { ShareDialog } from '../features/sharing/ShareDialog';
import { useLanguage } from '../i18n/language';
import { useI18n } from '../i18n/useI18n';
import { Button, IconButton } from '../ui/Button';
import { Menu, type MenuItem } from '../ui/Menu';
import { useTheme } from '../ui/theme';
import { Mark } from '../ui/Mark';
import { Preferences } from './Preferences';
import styles from './app.module.css';

interface TopBarProps {
  readonly shared: boolean;
  readonly compact: boolean;
}

/** What the design is called, whether it is saved, and what can be done with the whole of it. */
export function TopBar({ shared, compact }: TopBarProps) {
  const { t } = useI18n();
  const { designId, scope, topology, canUndo, canRedo } = useDrawingState();
  const [sharing, setSharing] = useState(false);
  const editable = scope === 'edit';
  return (
    <header className={styles['top']}>
      {compact ? (
        <Mark size={22} />
      ) : (
        <a className={styles['brand']} href="/" aria-label={t('app.home')} title={t('app.home')}>
          <Mark size={24} />
        </a>
      )}
      <NameField name={topology.name} editable={editable} />
      <SaveState />
      <People />
      <span className={styles['gap']} />
      {editable && (
        <span className={styles['pair']}>
          <IconButton icon="undo" label={t('top.undo')} disabled={!canUndo} onClick={() => void runCommand('undo')} />
          <IconButton icon="redo" label={t('top.redo')} disabled={!canRedo} onClick={() => void runCommand('redo')} />
        </span>
      )}
      {!compact && (
        <span className={styles['wide']}>
          <Preferences />
        </span>
      )}
      {!compact && <MoreButton designId={designId} />}
      {editable && !shared && (
        <Button icon="share" className={styles['folding']} aria-label={t('top.share')} onClick={() => setSharing(true)}>
          <span>{t('top.share')}</span>
        </Button>
      )}
      <RunButton />
      {sharing && <ShareDialog design={designId} name={topology.name} onClose={() => setSharing(false)} />}
    </header>
  );
}

function NameField({ name, editable }: { readonly name: string; readonly editable: boolean }) {
  const { t } = useI18n();
  const field = useRef<HTMLInputElement>(null);
  if (!editable) return <h1 className={styles['name']}>{name}</h1>;
  const keep = (): void => {
    const wanted = field.current?.value.trim() ?? '';
    if (wanted !== '' && wanted !== name) applyEdits([{ type: 'meta', members: { name: wanted } }]);
    else if (field.current) field.current.value = name;
  };
  return (
    <>
      <h1 className="visually-hidden">{name}</h1>
      <input
        key={name}
        ref={field}
        className={styles['name']}
        aria-label={t('top.name')}
        defaultValue={name}
        maxLength={200}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter') event.currentTarget.blur();
          if (event.key === 'Escape') {
            event.currentTarget.value = name;
            event.currentTarget.blur();
          }
        }}
      />
    </>
  );
}

function SaveState() {
  const { t } = useI18n();
  const saveState = useDrawingState((state) => state.saveState);
  const scope = useDrawingState((state) => state.scope);
  const text = t(scope === 'edit' || saveState === 'refused' ? `save.${saveState}` : `save.${scope}`);
  return (
    <span className={styles['saved']} data-state={scope === 'edit' ? saveState : 'view'} role="status">
      <i aria-hidden="true" />
      <span>{text}</span>
    </span>
  );
}

function People() {
  const { t } = useI18n();
  const people = usePeople((state) => state.people);
  if (people.length === 0) return null;
  return (
    <span className={styles['people']} title={people.map(({ name }) => name).join(', ')} aria-label={t('top.people', { count: people.length })}>
      {people.slice(0, 4).map(({ id, name, color }) => (
        <span key={id} style={{ background: color }}>
          {initials(name)}
        </span>
      ))}
    </span>
  );
}

/** Two letters for a name; guests are told apart by their number. */
function initials(name: string): string {
  const [number] = /\d+$/.exec(name) ?? [];
  return number ?? name.split(/\s+/, 2).map((word) => [...word][0] ?? '').join('').toUpperCase();
}

/** Export, and on a small screen language and theme as well. */
function MoreButton({ designId }: { readonly designId: string }) {
  const { t, of, language } = useI18n();
  const { exports } = useKindsState(({ kinds }) => kinds.catalogue);
  const [at, setAt] = useState<{ x: number; y: number } | null>(null);
  const close = useCallback(() => setAt(null), []);
  const { shown, choose } = useTheme();
  const chooseLanguage = useLanguage((state) => state.choose);
  const files: MenuItem[] = exports.map(({ id, title }) => ({
    id,
    label: of(title),
    icon: 'download',
    run: () => location.assign(`/api/v1/designs/${designId}/export?format=${id}`),
  }));
  const preferences: MenuItem[] = [
    {
      id: 'language',
      label: language === 'ko' ? 'English' : '한국어',
      icon: 'globe',
      run: () => chooseLanguage(language === 'ko' ? 'en' : 'ko'),
    },
    {
      id: 'theme',
      label: t('app.theme'),
      icon: shown === 'dark' ? 'sun' : 'moon',
      run: () => choose(shown === 'dark' ? 'light' : 'dark'),
    },
  ];
  return (
    <>
      <IconButton
        icon="more"
        label={t('top.menu')}
        aria-haspopup="menu"
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          setAt({ x: box.right - 210, y: box.bottom + 6 });
        }}
      />
      {at && (
        <Menu
          label={t('top.menu')}
          at={at}
          head={<p className={styles['menuHead']}>{t('top.export')}</p>}
          groups={[files, preferences]}
          onClose={close}
        />
      )}
    </>
  );
}
