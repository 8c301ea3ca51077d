import type { ReactNode } from 'react';
import type { MessageKey } from '../../i18n/translate';
import { useI18n } from '../../i18n/useI18n';
import { useDrawing } from '../drawing';
import { NONE, formatMs, formatNumber, formatRate, formatShare } from '../figures/format';
import type { Estimate, RunResult } from '../../api/types';
import styles from './Result.module.css';

type How = (value: number | null, locale: string) => string;

/** Figure, its name (percentiles are called the same everywhere), and how its values are written. */
const ROWS: readonly (readonly [keyof RunResult['flows'][number], MessageKey | null, How])[] = [
  ['throughput_rps', 'runs.throughput', formatRate],
  ['goodput_rps', 'runs.goodput', formatRate],
  ['error_rate', 'runs.error_rate', (value, locale) => formatShare(value, locale, 2)],
  ['mean_ms', 'runs.mean', formatMs],
  ['p50_ms', null, formatMs],
  ['p95_ms', null, formatMs],
  ['p99_ms', null, formatMs],
];
const COUNTS = ['offered', 'completed', 'failed', 'in_flight', 'stale_reads', 'lost_writes', 'lost_sessions', 'lost_messages'] as const;
const ALWAYS: ReadonlySet<string> = new Set(['offered', 'completed', 'failed', 'in_flight']);

/** The answer of a finished run: each figure with its 95 % interval, and the counts that add up. */
export function Result({ result }: { result: RunResult }) {
  const { t, locale } = useI18n();
  return (
    <section className={styles['result']} aria-label={t('runs.result')}>
      <div className={styles['tables']} tabIndex={0} role="region" aria-label={t('runs.result.figure')}>
        <Table flows={result.flows}>
          {ROWS.map(([figure, label, how]) => (
            <tr key={figure}>
              <th scope="row">{label === null ? figure.replace('_ms', '') : t(label)}</th>
              {result.flows.map((flow) => (
                <td key={flow.id}>
                  <Interval estimate={flow[figure] as Estimate} most={figure === 'error_rate' ? 1 : Infinity} how={(value) => how(value, locale)} />
                </td>
              ))}
            </tr>
          ))}
        </Table>
        <Table flows={result.flows}>
          {COUNTS.filter((name) => ALWAYS.has(name) || result.flows.some((flow) => flow[name] > 0)).map((name) => (
            <tr key={name}>
              <th scope="row">{t(`runs.count.${name}`)}</th>
              {result.flows.map((flow) => (
                <td key={flow.id}>{formatNumber(flow[name], locale)}</td>
              ))}
            </tr>
          ))}
        </Table>
      </div>
    </section>
  );
}

/** How the answer came about, and what must be known to read it. */
export function ResultNotes({ result }: { result: RunResult }) {
  const { t, locale, language } = useI18n();
  const leftOut = (language === 'ko' && result.not_modelled_ko) || result.not_modelled; // a run that was kept before has no Korean
  const { nameOf } = useDrawing();
  return (
    <div>
      <p className={styles['small']}>
        {t('runs.result.how', {
          engine: result.engine,
          seed: result.seed,
          warmup: formatNumber(result.warmup_s, locale),
          replications: result.replications,
        })}{' '}
        <code title={result.digest}>{result.digest.slice(0, 12)}</code>
      </p>
      {result.stationary !== 'yes' && <p className={styles['small']}>{t(result.stationary === 'no' ? 'runs.result.growing' : 'runs.result.unsettled')}</p>}
      {result.accuracy.map((flow) => (
        <p key={flow.flow} className={styles['small']}>
          {t('runs.result.accuracy', { flow: nameOf(flow.flow), mean: formatShare(flow.mean, locale, 0), p99: formatShare(flow.p99, locale, 0) })}
        </p>
      ))}
      {leftOut.length > 0 && (
        <p className={styles['small']}>
          {t('findings.not_modelled')}: {leftOut.join('; ')}
        </p>
      )}
    </div>
  );
}

function Table({ flows, children }: { flows: RunResult['flows']; children: ReactNode }) {
  const { t } = useI18n();
  const { nameOf } = useDrawing();
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t('runs.result.figure')}</th>
          {flows.map((flow) => (
            <th key={flow.id} scope="col">
              {nameOf(flow.id)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

interface IntervalProps {
  readonly estimate: Estimate;
  /** No such figure is below 0 or above this; an interval is shown no further. */
  readonly most: number;
  readonly how: (value: number | null) => string;
}

function Interval({ estimate, most, how }: IntervalProps) {
  const { t } = useI18n();
  if (estimate.value === null) return <span title={t('runs.result.none')}>{NONE}</span>;
  return (
    <>
      {how(estimate.value)}
      {estimate.low !== null && estimate.high !== null && (
        <span className={styles['interval']} title={t('runs.interval')}>
          {how(Math.max(0, estimate.low))} – {how(Math.min(most, estimate.high))}
        </span>
      )}
    </>
  );
}
