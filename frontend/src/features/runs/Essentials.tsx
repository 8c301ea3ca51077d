import { useEffect, useRef } from 'react';
import { useI18n } from '../../i18n/useI18n';
import type { FlowSeries } from '../../stream/history';
import type { LiveRun } from '../../stream/live';
import { column } from '../../stream/frames';
import { formatMs, formatRate } from '../figures/format';
import { rewriting } from './rewriting';
import styles from './RunDock.module.css';

const REWRITE_MS = 200;

/** What one must know of a run while its charts are folded away: served and failed over all flows, and the slowest p99. */
export function Essentials({ live }: { live: LiveRun }) {
  const { t, locale } = useI18n();
  const list = useRef<HTMLDListElement>(null);
  useEffect(() => {
    const of = (name: FlowSeries): number[] => Array.from((live.frame && column(live.frame, 'flows', name)) ?? []).filter(Number.isFinite);
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    const write = (): void => {
      const slowest = of('p99_ms');
      const texts = [
        formatRate(sum(of('throughput_rps')), locale),
        formatRate(sum(of('failed_rps')), locale),
        formatMs(slowest.length > 0 ? Math.max(...slowest) : null, locale),
      ];
      list.current?.querySelectorAll('dd').forEach((place, index) => {
        place.textContent = texts[index] ?? '';
      });
    };
    return rewriting(live, REWRITE_MS, write);
  }, [live, locale]);
  return (
    <dl ref={list} className={styles['essentials']}>
      {[t('runs.throughput'), t('runs.errors'), 'p99'].map((name) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd />
        </div>
      ))}
    </dl>
  );
}
