import { useEffect, useState, useSyncExternalStore } from 'react';
import { useI18n } from '../../i18n/useI18n';
import type { LiveRun, LiveStatus } from '../../stream/live';
import styles from './Preparing.module.css';

/** After this long without a frame, a word on what may take so long. */
const LONG_MS = 4_000;

/** Whether a first frame is here; the page is drawn anew only for that one. */
export function useBegun(live: LiveRun | null): boolean {
  return useSyncExternalStore(
    (changed) => {
      if (!live || live.frame) return () => undefined;
      const off = live.onFrame(() => {
        off();
        changed();
      });
      return off;
    },
    () => live?.frame != null,
  );
}

/** What happens between the press of a button and the first frame, over the charts that are still empty. */
export function Preparing({ status }: { status: LiveStatus }) {
  const { t } = useI18n();
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={styles['preparing']} role="status">
      <span className={styles['spinner']} aria-hidden="true" />
      <div>
        <strong>{t(status.hello === null ? 'runs.preparing.connecting' : 'runs.preparing.frame')}</strong>
        {long && <p>{t('runs.preparing.long')}</p>}
      </div>
    </div>
  );
}
