import type { SweepPoint } from '../../api/types';
import { useI18n } from '../../i18n/useI18n';
import { useDrawing } from '../drawing';
import { formatMs, formatNumber } from '../figures/format';
import { figuresOf } from './reading';
import type { Axis } from './sweeping';
import figures from '../../ui/figures.module.css';
import styles from './sweeps.module.css';

interface Props {
  readonly points: readonly SweepPoint[];
  readonly axes: readonly Axis[];
  readonly flow: string | null;
  readonly chosen: number | null;
  readonly onChoose: (index: number) => void;
}

const WIDTH = 320;
const HEIGHT = 150;
const ROOM = { left: 8, right: 8, top: 24, bottom: 26 };
/** Of more lines than this none could be told from the others. */
const MOST_LINES = 6;

interface Mark {
  readonly index: number;
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly verdict: string | null;
  readonly line: number;
}

/** p99 over the first number, a line for each value of the second; a full dot meets the thresholds, a hollow one does not. */
export function SweepChart({ points, axes, flow, chosen, onChoose }: Props) {
  const { t, of, unit, locale } = useI18n();
  const { nameOf } = useDrawing();
  const [along, across] = axes;
  if (!along || along.values.length < 2 || (across?.values.length ?? 0) > MOST_LINES) return null;
  const marks = placed(points, along, across, flow);
  if (marks.length < 2) return null;
  const lines = (across?.values ?? [0]).map((_, line) => marks.filter((mark) => mark.line === line));
  const [lowest, highest] = [along.values[0], along.values.at(-1)];
  const most = Math.max(...points.map((point) => figuresOf(point, flow).p99?.value ?? 0));
  const amount = (value: number | undefined): string => `${formatNumber(value, locale)} ${unit(along.variable.unit)}`.trim();
  const name = `${along.variable.of === null ? '' : nameOf(along.variable.of)} ${of(along.variable.title)}`.trim();
  return (
    <figure className={styles['chart']}>
      <svg className={figures['chart']} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t('sweeps.chart', { name, low: amount(lowest), high: amount(highest), most: formatMs(most, locale) })}>
        <line x1="0" y1={HEIGHT - ROOM.bottom} x2={WIDTH} y2={HEIGHT - ROOM.bottom} />
        <line x1="0" y1={ROOM.top} x2={WIDTH} y2={ROOM.top} strokeDasharray="2 4" />
        <text x="0" y="10">{`p99 ${formatMs(most, locale)}`}</text>
        <text x="0" y={HEIGHT - 10}>
          {amount(lowest)}
        </text>
        <text x={WIDTH / 2} y={HEIGHT - 10} textAnchor="middle">
          {name}
        </text>
        <text x={WIDTH} y={HEIGHT - 10} textAnchor="end">
          {amount(highest)}
        </text>
        {lines.map((line, at) => (
          <g key={at} data-line={at}>
            <polyline points={line.map(({ x, y }) => `${x},${y}`).join(' ')} />
            {line.map((mark) => (
              <g key={mark.index} onClick={() => onChoose(mark.index)}>
                <line className={styles['interval']} x1={mark.x} x2={mark.x} y1={mark.low} y2={mark.high} />
                <circle cx={mark.x} cy={mark.y} r={mark.index === chosen ? 6 : 4} data-verdict={mark.verdict} />
              </g>
            ))}
          </g>
        ))}
      </svg>
      {across && (
        <figcaption>
          {across.values.map((value, at) => (
            <span key={value} data-line={at}>
              {`${of(across.variable.title)} ${formatNumber(value, locale)} ${unit(across.variable.unit)}`.trim()}
            </span>
          ))}
        </figcaption>
      )}
    </figure>
  );
}

/** Where every point stands that has a p99. */
function placed(points: readonly SweepPoint[], along: Axis, across: Axis | undefined, flow: string | null): Mark[] {
  const [from, to] = [along.values[0] ?? 0, along.values.at(-1) ?? 1];
  const highest = Math.max(...points.map((point) => figuresOf(point, flow).p99?.value ?? 0)) || 1;
  const upward = (value: number): number => HEIGHT - ROOM.bottom - (Math.min(value, highest) / highest) * (HEIGHT - ROOM.top - ROOM.bottom);
  return points.flatMap((point, index) => {
    const { p99 } = figuresOf(point, flow);
    if (!p99 || p99.value === null) return [];
    const at = point.vary[along.variable.pointer] ?? from;
    return {
      index,
      x: ROOM.left + ((at - from) / (to - from)) * (WIDTH - ROOM.left - ROOM.right),
      y: upward(p99.value),
      low: upward(p99.low ?? p99.value),
      high: upward(p99.high ?? p99.value),
      verdict: point.verdict,
      line: across ? across.values.indexOf(point.vary[across.variable.pointer] ?? NaN) : 0,
    };
  });
}
