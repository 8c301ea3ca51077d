import { useId, useState, type DragEvent } from 'react';
import { KIND_MIME } from '../../canvas/Canvas';
import { insertNext } from '../../commands/insert';
import { useDrawingState, useKindsState } from '../../editor/drawing';
import { useI18n } from '../../i18n/useI18n';
import type { Kind } from '../../model/catalogue';
import { Icon, PathIcon } from '../../ui/Icon';
import styles from './Palette.module.css';

interface PaletteProps {
  /** Told after something was added: a sheet over a small screen closes. */
  readonly onAdded?: () => void;
}

/** The kinds by group: drag one onto the drawing, or press it to add it beside what is selected. */
export function Palette({ onAdded }: PaletteProps) {
  const { t, of } = useI18n();
  const field = useId();
  const { catalogue } = useKindsState((state) => state.kinds);
  const editable = useDrawingState((state) => state.scope === 'edit' && state.ready);
  const [words, setWords] = useState('');
  if (!editable) return null;
  const found = catalogue.kinds.filter((kind) => isHit(kind, words));
  return (
    <div className={styles['palette']}>
      <div className={styles['search']}>
        <Icon name="search" size={16} />
        <label htmlFor={field} className="visually-hidden">
          {t('palette.search')}
        </label>
        <input
          id={field}
          type="search"
          placeholder={t('palette.search')}
          value={words}
          autoComplete="off"
          onChange={(event) => setWords(event.target.value)}
          onKeyDown={(event) => {
            const [first] = found;
            if (event.key !== 'Enter' || event.nativeEvent.isComposing || !first || words === '') return;
            insertNext(first.id);
            setWords('');
            onAdded?.();
          }}
        />
      </div>
      <div className={styles['scroll']}>
        {catalogue.groups.map((group) => {
          const members = found.filter((kind) => kind.group === group.id);
          return (
            members.length > 0 && (
              <section key={group.id} aria-labelledby={`${field}-${group.id}`}>
                <h2 id={`${field}-${group.id}`} className={styles['group']}>
                  {of(group.title)}
                </h2>
                <ul className={styles['kinds']}>
                  {members.map((kind) => (
                    <li key={kind.id}>
                      <KindButton kind={kind} onAdded={onAdded} />
                    </li>
                  ))}
                </ul>
              </section>
            )
          );
        })}
        {found.length === 0 && <p className={styles['none']}>{t('palette.none')}</p>}
      </div>
      <p className={styles['hint']}>{t('palette.hint')}</p>
    </div>
  );
}

function KindButton({ kind, onAdded }: { readonly kind: Kind; readonly onAdded: (() => void) | undefined }) {
  const { of } = useI18n();
  return (
    <button
      type="button"
      className={styles['kind']}
      data-kind={kind.id}
      data-group={kind.group}
      draggable
      title={of(kind.summary)}
      onDragStart={(event: DragEvent) => {
        event.dataTransfer.setData(KIND_MIME, kind.id);
        event.dataTransfer.effectAllowed = 'copy';
      }}
      onClick={() => {
        insertNext(kind.id);
        onAdded?.();
      }}
    >
      <span className={styles['icon']}>
        <PathIcon path={kind.icon} />
      </span>
      <span className={styles['name']}>{of(kind.title)}</span>
    </button>
  );
}

function isHit(kind: Kind, words: string): boolean {
  const all = `${kind.title.en} ${kind.title.ko} ${kind.id.replaceAll('_', ' ')} ${kind.summary.en} ${kind.summary.ko}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
