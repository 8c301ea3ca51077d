import { useI18n } from '../../i18n/useI18n';
import type { RunEvent } from '../../stream/live';
import { entityOf } from '../../stream/live';
import { useDrawing } from '../drawing';
import { formatClock, formatNumber } from '../figures/format';
import { useActions } from './useActions';
import styles from './EventLog.module.css';
import shared from './runs.module.css';

/** What happened in the run, newest first, each with the moment and the frame at which it took effect. */
export function EventLog({ events }: { events: readonly RunEvent[] }) {
  const { t, of, locale } = useI18n();
  const { nameOf, flyTo } = useDrawing();
  const actions = useActions();
  const title = (id: string): string => {
    const action = actions.find((known) => known.id === id);
    return action ? of(action.title) : id;
  };
  return (
    <section className={styles['log']} aria-label={t('runs.log')}>
      <h2>{t('runs.log')}</h2>
      {events.length === 0 ? (
        <p className={shared['hint']}>{t('runs.log.empty')}</p>
      ) : (
        <ol role="log" tabIndex={0} aria-label={t('runs.log')}>
          {[...events].reverse().map((event) => (
            <li key={event.key}>
              <time>{formatClock(event.t_s)}</time>
              <span className={styles['what']}>
                {title(event.action)}
                {details(event, locale)}{' '}
                {event.target && (
                  <button type="button" className={styles['target']} onClick={() => flyTo([entityOf(event.target ?? '')])}>
                    {nameOf(event.target)}
                  </button>
                )}
              </span>
              {event.frame !== null && <span className={styles['frame']}>{t('runs.frame', { n: formatNumber(event.frame, locale) })}</span>}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function details(event: RunEvent, locale: string): string {
  const numbers = Object.entries(event.details).filter(([, value]) => typeof value === 'number' || typeof value === 'string');
  if (numbers.length === 0) return '';
  return ` ${numbers.map(([name, value]) => detail(name, value, locale)).join(', ')}`;
}

function detail(name: string, value: unknown, locale: string): string {
  const text = typeof value === 'number' ? formatNumber(value, locale) : String(value);
  if (name === 'factor') return `×${text}`;
  if (name === 'replicas' || name === 'shards') return `→ ${text}`;
  return `${name} ${text}`;
}
