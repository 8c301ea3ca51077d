import { useCallback, useMemo, useState } from 'react';
import { useI18n } from '../../i18n/useI18n';
import type { LiveRun } from '../../stream/live';
import type { FlowSeries } from '../../stream/history';
import { useDrawing } from '../drawing';
import { formatMs, formatNumber, formatRate, formatShare } from '../figures/format';
import { Busiest } from './Busiest';
import { Chart, type ChartLine } from './Chart';
import styles from './Charts.module.css';

/** The curves of a run: traffic, latency, and the load of what is selected. */
export function Charts({ live }: { live: LiveRun }) {
  const { t, locale } = useI18n();
  const { nameOf, selected, topology, kinds } = useDrawing();
  const flows = live.status.hello?.flows ?? [];
  const nodes = live.status.hello?.nodes ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const flow = chosen !== null && flows.includes(chosen) ? chosen : (flows[0] ?? '');
  // Clients ask and are never busy themselves.
  const asks = (id: string): boolean => kinds.get(topology.nodes?.find((each) => each.id === id)?.kind ?? '')?.role === 'client';
  const node = selected.find((id) => nodes.includes(id) && !asks(id)) ?? null;
  const rate = useCallback((value: number) => formatRate(value, locale), [locale]);
  const ms = useCallback((value: number) => formatMs(value, locale), [locale]);
  const share = useCallback((value: number) => formatShare(value, locale, 0), [locale]);
  const count = useCallback((value: number) => formatNumber(value, locale), [locale]);
  const times = useCallback((run: LiveRun) => run.history?.times() ?? [], []);
  const nodeTimes = useCallback((run: LiveRun) => run.history?.nodeTimes() ?? [], []);
  const of = (...names: FlowSeries[]) => (run: LiveRun) => names.map((name) => run.history?.flow(flow, name) ?? []);
  const traffic = useMemo<ChartLine[]>(
    () => [
      { label: t('runs.offered'), color: '--chart-1', read: rate, dash: [4, 3] },
      { label: t('runs.throughput'), color: '--chart-2', read: rate, area: true },
      { label: t('runs.errors'), color: '--chart-4', read: rate },
    ],
    [t, rate],
  );
  const latency = useMemo<ChartLine[]>(
    () => [
      { label: 'p50', color: '--chart-2', read: ms },
      { label: 'p95', color: '--chart-3', read: ms },
      { label: 'p99', color: '--chart-4', read: ms },
    ],
    [ms],
  );
  const load = useMemo<ChartLine[]>(() => [{ label: t('runs.utilization'), color: '--chart-1', read: share, area: true }], [t, share]);
  const queue = useMemo<ChartLine[]>(
    () => [{ label: t('runs.queue'), color: '--chart-3', read: count }],
    [t, count],
  );
  const choice =
    flows.length > 1 ? (
      <select className={styles['flowChoice']} aria-label={t('runs.flow')} value={flow} onChange={(event) => setChosen(event.target.value)}>
        {flows.map((id) => (
          <option key={id} value={id}>
            {nameOf(id)}
          </option>
        ))}
      </select>
    ) : null;
  return (
    <div className={styles['charts']}>
      <Chart title={t('runs.traffic')} beside={choice} lines={traffic} live={live} times={times} series={of('offered_rps', 'throughput_rps', 'failed_rps')} format={rate} />
      <Chart title={t('runs.latency')} lines={latency} live={live} times={times} series={of('p50_ms', 'p95_ms', 'p99_ms')} format={ms} />
      {node === null ? (
        <Busiest live={live} />
      ) : (
        <div className={styles['stack']}>
          <Chart
            title={nameOf(node)}
            lines={load}
            live={live}
            times={nodeTimes}
            series={(run) => [run.history?.node(node, 'utilization') ?? []]}
            format={share}
            atLeast={1}
          />
          <Chart
            title={nameOf(node)}
            lines={queue}
            live={live}
            times={nodeTimes}
            series={(run) => [run.history?.node(node, 'queue') ?? []]}
            format={count}
            atLeast={1}
          />
        </div>
      )}
    </div>
  );
}
