import { useState, type ReactNode } from 'react';
import { useI18n } from '../../i18n/useI18n';
import type { Param } from '../../model/catalogue';
import { Icon } from '../../ui/Icon';
import styles from './inspector.module.css';

interface RowProps {
  readonly id: string;
  readonly title: string;
  readonly param?: Param;
  /** Whether the document says it, rather than the catalogue. */
  readonly given: boolean;
  readonly problem?: string | undefined;
  readonly unusual?: boolean;
  readonly onReset?: (() => void) | undefined;
  readonly children: ReactNode;
}

/** One line of the form: its name, its field, what is assumed, and on request what it means and where the default is from. */
export function Row({ id, title, param, given, problem, unusual = false, onReset, children }: RowProps) {
  const { t, of, unit, locale } = useI18n();
  const [open, setOpen] = useState(false);
  const number = new Intl.NumberFormat(locale);
  const [low, high] = [param?.band?.low, param?.band?.high];
  const band = low != null && high != null ? { low: number.format(low), high: `${number.format(high)} ${unit(param?.unit ?? '')}`.trim() } : null;
  return (
    <div className={styles['row']} data-given={given} data-problem={problem !== undefined}>
      <div className={styles['label']}>
        <label htmlFor={id}>{title}</label>
        {param && (
          <button
            type="button"
            className={styles['info']}
            aria-expanded={open}
            aria-label={t('inspector.help', { title })}
            onClick={() => setOpen(!open)}
          >
            <Icon name="help" size={14} />
          </button>
        )}
        {given && onReset && (
          <button type="button" className={styles['info']} aria-label={`${t('inspector.reset')}: ${title}`} title={t('inspector.reset')} onClick={onReset}>
            <Icon name="undo" size={14} />
          </button>
        )}
      </div>
      <div className={styles['value']} title={param && !given ? t('inspector.assumed') : undefined}>
        {children}
      </div>
      {problem !== undefined && (
        <p id={`${id}-problem`} className={styles['problem']} role="alert">
          {problem}
        </p>
      )}
      {problem === undefined && unusual && band && <p className={styles['unusual']}>{t('inspector.unusual', band)}</p>}
      {open && param && (
        <div className={styles['help']}>
          <p>{of(param.help)}</p>
          {band && <p>{t('inspector.band', band)}</p>}
          {param.source !== 'common' && <p>{t('inspector.source', { source: param.source })}</p>}
        </div>
      )}
    </div>
  );
}
