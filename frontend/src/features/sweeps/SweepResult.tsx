import { useState } from 'react';
import type { Sweep, SweepPoint } from '../../api/types';
import { useI18n } from '../../i18n/useI18n';
import { Button } from '../../ui/Button';
import { meaning } from '../cheapest/searching';
import { useDrawing } from '../drawing';
import { figureText } from '../findings/figureText';
import { said } from '../findings/report';
import { usePatch } from '../findings/usePatch';
import { formatMoney, formatMs, formatNumber, formatShare, NONE } from '../figures/format';
import { Said } from '../figures/Said';
import { figuresOf } from './reading';
import { SweepChart } from './SweepChart';
import { useSweeping, type Axis } from './sweeping';
import words from '../../ui/words.module.css';
import figures from '../../ui/figures.module.css';
import styles from './sweeps.module.css';

interface Props {
  readonly job: Sweep;
  readonly axes: readonly Axis[];
  readonly working: boolean;
  readonly givenUp: boolean;
}

/** What came of every point: as a picture, as a table to choose from, and of the one that is chosen what held. */
export function SweepResult({ job, axes, working, givenUp }: Props) {
  const { t } = useI18n();
  const { nameOf } = useDrawing();
  const [chosen, setChosen] = useState<number | null>(null);
  const flows = job.points.find((point) => point.evaluation?.result)?.evaluation?.result?.flows.map(({ id }) => id) ?? [];
  const [wanted, setFlow] = useState<string | null>(null);
  const flow = wanted !== null && flows.includes(wanted) ? wanted : (flows[0] ?? null);
  const point = chosen === null ? undefined : job.points[chosen];
  return (
    <section aria-label={t('sweeps.result')} className={styles['result']}>
      <p className={words['quiet']} role="status">
        {givenUp ? t('sweeps.given_up', { done: job.finished, total: job.total }) : t('sweeps.progress', { done: job.finished, total: job.total })}
      </p>
      {working && <progress value={job.finished} max={job.total} aria-label={t('sweeps.result')} />}
      {flows.length > 1 && (
        <select aria-label={t('runs.flow')} value={flow ?? ''} onChange={(event) => setFlow(event.target.value)}>
          {flows.map((id) => (
            <option key={id} value={id}>
              {nameOf(id)}
            </option>
          ))}
        </select>
      )}
      <SweepChart points={job.points} axes={axes} flow={flow} chosen={chosen} onChoose={setChosen} />
      <Table job={job} axes={axes} flow={flow} chosen={chosen} onChoose={setChosen} />
      {point && <Chosen point={point} axes={axes} />}
    </section>
  );
}

interface TableProps {
  readonly job: Sweep;
  readonly axes: readonly Axis[];
  readonly flow: string | null;
  readonly chosen: number | null;
  readonly onChoose: (index: number) => void;
}

function Table({ job, axes, flow, chosen, onChoose }: TableProps) {
  const { t, of, unit, locale } = useI18n();
  const { nameOf } = useDrawing();
  return (
    <div className={figures['scroll']} tabIndex={0} role="region" aria-label={t('runs.result')}>
      <table className={figures['table']}>
        <thead>
          <tr>
            {axes.map(({ variable }) => (
              <th key={variable.id} scope="col">
                {variable.of !== null && <span>{nameOf(variable.of)}</span>} {of(variable.title)}
              </th>
            ))}
            <th scope="col">{t('findings.latency')}</th>
            <th scope="col">{t('runs.errors')}</th>
            <th scope="col">{t('findings.cost')}</th>
            <th scope="col">{t('runs.thresholds')}</th>
          </tr>
        </thead>
        <tbody>
          {job.points.map((point, index) => {
            const { p99, failed } = figuresOf(point, flow);
            const cost = point.evaluation?.cost_per_month ?? null;
            return (
              <tr key={index} aria-current={index === chosen}>
                {axes.map(({ variable }, column) => {
                  const value = `${formatNumber(point.vary[variable.pointer], locale)} ${unit(variable.unit)}`.trim();
                  return column > 0 ? (
                    <td key={variable.id}>{value}</td>
                  ) : (
                    <th key={variable.id} scope="row">
                      <button type="button" className={figures['pick']} disabled={point.state === 'queued' || point.state === 'running'} onClick={() => onChoose(index)}>
                        {value}
                      </button>
                    </th>
                  );
                })}
                <td>{formatMs(p99?.value, locale)}</td>
                <td>{formatShare(failed, locale, 2)}</td>
                <td>{cost === null ? NONE : formatMoney(cost, locale)}</td>
                <td data-verdict={point.state === 'failed' ? 'fail' : point.verdict}>
                  {point.state === 'failed' ? t('sweeps.failed') : point.verdict === null ? '…' : t(point.verdict === 'pass' ? 'sweeps.holds' : 'sweeps.fails')}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Chosen({ point, axes }: { readonly point: SweepPoint; readonly axes: readonly Axis[] }) {
  const { t, of, unit, locale, language } = useI18n();
  const { readOnly, topology, nameOf } = useDrawing();
  const swept = useSweeping((state) => state.of);
  const patch = usePatch();
  const stale = swept !== meaning(topology);
  const set = axes.map(({ variable }) => `${variable.of === null ? '' : nameOf(variable.of)} ${of(variable.title)} ${formatNumber(point.vary[variable.pointer], locale)} ${unit(variable.unit)}`.trim());
  const drawn = axes.filter(({ variable }) => variable.of !== null);
  const apply = (): void =>
    patch(
      drawn.flatMap(({ variable: { pointer } }) => [
        ...(pointer.includes('/params/') ? holder(topology, pointer) : []),
        { op: 'add' as const, path: pointer, value: point.vary[pointer] },
      ]),
      set.join(', '),
    );
  return (
    <div className={figures['card']}>
      <div className={figures['head']}>
        <h4>{set.join(', ')}</h4>
        {!readOnly && drawn.length > 0 && (
          <Button size="small" disabled={stale} title={stale ? t('cheapest.stale') : undefined} onClick={apply}>
            {t('findings.apply')}
          </Button>
        )}
      </div>
      {point.problem && <p className={words['warning']}>{point.problem.detail}</p>}
      <ul>
        {point.evaluation?.thresholds.map((outcome) => (
          <li key={outcome.threshold}>
            <code>{outcome.threshold}</code>
            <span>{outcome.value === null && outcome.reason ? <Said text={said(outcome, language)} /> : figureText(outcome.metric, outcome.value, locale)}</span>
            <span data-verdict={outcome.holds ? 'pass' : 'fail'}>{t(outcome.holds ? 'runs.thresholds.holds' : 'runs.thresholds.fails')}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The step that makes the params to put a value into, where an element states none yet. */
function holder(topology: { readonly nodes?: readonly object[]; readonly edges?: readonly object[] }, pointer: string) {
  const [, list, index] = pointer.split('/');
  const element = (list === 'nodes' ? topology.nodes : topology.edges)?.[Number(index)] as { readonly params?: object } | undefined;
  return element && !element.params ? [{ op: 'add' as const, path: `/${list}/${index}/params`, value: {} }] : [];
}
