import { useI18n } from '../../i18n/useI18n';
import type { LiveStatus } from '../../stream/live';
import styles from './StateChip.module.css';

export type Shown = 'connecting' | 'queued' | 'running' | 'paused' | 'stale' | 'lost' | 'refused' | 'done' | 'failed' | 'cancelled';

/** What the reader must know first: an end counts more than a lost connection, that more than silence, that more than a pause. */
export function shownState(status: LiveStatus): Shown {
  if (status.state === 'done' || status.state === 'failed' || status.state === 'cancelled') return status.state;
  if (status.link === 'refused') return 'refused';
  if (status.link === 'lost' || (status.link === 'connecting' && status.hello)) return 'lost';
  if (status.link === 'connecting') return 'connecting';
  if (status.stale) return 'stale';
  return status.state;
}

/** What went wrong, as the server says it; nothing did with a run that somebody stopped. */
export function troubleWith({ state, reason, problem }: Pick<LiveStatus, 'state' | 'reason' | 'problem'>): string | null {
  if (state === 'failed') return reason ?? problem;
  return state === 'done' || state === 'cancelled' ? null : problem;
}

/** Whether the figures on screen are those of now. */
export function isCurrent(status: LiveStatus): boolean {
  return ['running', 'paused', 'done'].includes(shownState(status));
}

/** The state of the run in a word, announced when it changes. */
export function StateChip({ status }: { status: LiveStatus }) {
  const { t } = useI18n();
  const shown = shownState(status);
  return (
    <span className={styles['state']} data-state={shown} role="status">
      <span className={styles['dot']} aria-hidden="true" />
      {t(`runs.state.${shown}`)}
    </span>
  );
}
