import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatClock } from '../figures/format';

export interface Line {
  readonly label: string;
  /** Name of the token that holds the colour. */
  readonly color: string;
  /** Drawn as a filled area below the line. */
  readonly area?: boolean;
  readonly dash?: readonly number[];
}

export interface PlotOptions {
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
  /** Upper end of the axis as long as the data stay below it. */
  readonly atLeast?: number;
  /** Told which of the times is pointed at, here or in another chart; null where none is. */
  readonly onPoint?: (index: number | null) => void;
}

const AXIS = 20;
/** The charts of a run point at the same moment. */
const TOGETHER = 'run';

/** A chart of lines over the simulated time, as large as its host, drawn on a canvas with the colours of the theme; it is fed from outside and knows nothing of React. */
export class Plot {
  readonly #host: HTMLElement;
  readonly #options: PlotOptions;
  readonly #resize: ResizeObserver;
  readonly #theme: MutationObserver;
  #plot: uPlot;
  #data: uPlot.AlignedData;

  constructor(host: HTMLElement, options: PlotOptions) {
    this.#host = host;
    this.#options = options;
    this.#data = [[], ...options.lines.map(() => [])];
    this.#plot = this.#draw();
    this.#resize = new ResizeObserver(() => {
      if (host.clientWidth > 0) this.#plot.setSize({ width: host.clientWidth, height: host.clientHeight });
    });
    this.#resize.observe(host);
    this.#theme = new MutationObserver(() => this.#redraw());
    this.#theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class'] });
  }

  /** Shows these series; NaN leaves a gap. */
  show(times: ArrayLike<number>, series: readonly ArrayLike<number>[]): void {
    this.#data = [Array.from(times), ...series.map(withGaps)];
    this.#plot.setData(this.#data);
  }

  destroy(): void {
    this.#resize.disconnect();
    this.#theme.disconnect();
    this.#plot.destroy();
  }

  #redraw(): void {
    this.#plot.destroy();
    this.#plot = this.#draw();
  }

  #draw(): uPlot {
    const style = getComputedStyle(this.#host);
    const token = (name: string): string => style.getPropertyValue(name).trim();
    const { lines, format, atLeast = 0, onPoint } = this.#options;
    const font = `11px ${token('--font') || style.fontFamily}`;
    const axis: uPlot.Axis = {
      stroke: token('--ink-3'),
      font,
      grid: { stroke: token('--line'), width: 1 },
      ticks: { show: false },
    };
    return new uPlot(
      {
        width: Math.max(80, this.#host.clientWidth),
        height: Math.max(40, this.#host.clientHeight),
        // Without data there is no axis of time, whose room keeps the lowest label whole.
        padding: [8, 12, () => (this.#data[0].length > 0 ? 0 : AXIS), 0],
        legend: { show: false },
        cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false }, sync: { key: TOGETHER } },
        ...(onPoint ? { hooks: { setCursor: [({ cursor }: uPlot) => onPoint(cursor.idx ?? null)] } } : {}),
        scales: {
          x: { time: false },
          y: { range: (_plot, _low, high) => [0, Math.max(atLeast, (high || 0) * 1.1) || 1] },
        },
        axes: [
          { ...axis, grid: { show: false }, size: AXIS, gap: 2, space: 56, values: (_plot, ticks) => ticks.map(shortClock) },
          { ...axis, size: 46, gap: 4, space: 26, values: (_plot, ticks) => ticks.map(format) },
        ],
        series: [
          {},
          ...lines.map((line): uPlot.Series => {
            const color = token(line.color);
            return {
              label: line.label,
              stroke: color,
              width: 1.5,
              points: { show: false },
              ...(line.area ? { fill: `color-mix(in srgb, ${color} 14%, transparent)` } : {}),
              ...(line.dash ? { dash: [...line.dash] } : {}),
            };
          }),
        ],
      },
      this.#data,
      this.#host,
    );
  }
}

function withGaps(values: ArrayLike<number>): (number | null)[] {
  return Array.from(values, (value) => (Number.isNaN(value) ? null : value));
}

function shortClock(seconds: number): string {
  return seconds % 1 === 0 ? formatClock(seconds).replace(/\.0$/, '') : formatClock(seconds);
}
