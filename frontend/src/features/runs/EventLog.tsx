import { useI18n } from '../../i18n/useI18n';
import type { RunEvent } from '../../stream/live';
import { entityOf } from '../../stream/live';
import { useDrawing } from '../drawing';
import { formatClock, formatNumber } from '../figures/format';
import { happened, measures } from './happenings';
import { useActions } from './useActions';
import styles from './EventLog.module.css';
import shared from './runs.module.css';

/** What happened in the run, newest first, each with the moment and the frame at which it took effect. */
export function EventLog({ events }: { events: readonly RunEvent[] }) {
  const i18n = useI18n();
  const { t, locale } = i18n;
  const { nameOf, flyTo } = useDrawing();
  const actions = useActions();
  return (
    <section className={styles['log']} aria-label={t('runs.log')}>
      <h2>{t('runs.log')}</h2>
      {events.length === 0 ? (
        <p className={shared['hint']}>{t('runs.log.empty')}</p>
      ) : (
        <ol role="log" tabIndex={0} aria-label={t('runs.log')}>
          {[...events].reverse().map((event) => (
            <li key={event.key}>
              <time title={event.frame === null ? undefined : t('runs.frame', { n: formatNumber(event.frame, locale) })}>{formatClock(event.t_s)}</time>
              <span className={styles['what']}>
                {happened(event, actions, i18n)} {measures(event, actions, i18n, nameOf)}{' '}
                {event.target && (
                  <button type="button" className={styles['target']} onClick={() => flyTo([entityOf(event.target ?? '')])}>
                    {nameOf(event.target)}
                  </button>
                )}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
