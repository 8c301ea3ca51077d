import { useEffect, useRef, type ReactNode } from 'react';
import type { LiveRun } from '../../stream/live';
import { formatClock } from '../figures/format';
import { Plot, type Line } from './plot';
import styles from './Charts.module.css';

export interface ChartLine extends Line {
  /** The newest value in words. */
  readonly read: (value: number) => string;
}

interface Props {
  readonly title: string;
  /** What chooses what is shown, beside the title. */
  readonly beside?: ReactNode;
  readonly lines: readonly ChartLine[];
  readonly live: LiveRun;
  readonly times: (live: LiveRun) => ArrayLike<number>;
  readonly series: (live: LiveRun) => readonly ArrayLike<number>[];
  readonly format: (value: number) => string;
  readonly atLeast?: number;
}

/** Ten frames a second arrive; the eye follows four redraws of a curve. */
const REDRAW_MS = 200;

/** A chart of the run's past with its newest values as text, or those of the moment that is pointed at. Frames go straight to the canvas and the text, never through React. */
export function Chart({ title, beside, lines, live, times, series, format, atLeast }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const values = useRef<(HTMLSpanElement | null)[]>([]);
  const moment = useRef<HTMLSpanElement>(null);
  const latest = useRef({ times, series, lines });
  useEffect(() => {
    latest.current = { times, series, lines };
  });
  const shape = lines.map((line) => `${line.label}|${line.color}`).join();
  useEffect(() => {
    if (!host.current) return undefined;
    let pointed: number | null = null;
    const write = (): void => {
      const now = latest.current;
      const at = pointed === null ? undefined : now.times(live)[pointed];
      if (moment.current) moment.current.textContent = at === undefined ? '' : formatClock(at);
      now.series(live).forEach((column, index) => {
        const text = values.current[index];
        const value = column[at === undefined ? column.length - 1 : (pointed ?? 0)];
        if (text) text.textContent = now.lines[index]?.read(value ?? Number.NaN) ?? '';
      });
    };
    const onPoint = (index: number | null): void => {
      if (index === pointed) return;
      pointed = index;
      write();
    };
    const plot = new Plot(host.current, { lines: latest.current.lines, format, onPoint, ...(atLeast === undefined ? {} : { atLeast }) });
    let timer: ReturnType<typeof setTimeout> | undefined;
    let drawn = 0;
    const draw = (): void => {
      timer = undefined;
      drawn = performance.now();
      const now = latest.current;
      plot.show(now.times(live), now.series(live));
      write();
    };
    draw();
    const off = live.onFrame(() => {
      timer ??= setTimeout(draw, Math.max(0, REDRAW_MS - (performance.now() - drawn)));
    });
    return () => {
      off();
      clearTimeout(timer);
      plot.destroy();
    };
  }, [live, shape, format, atLeast]);
  return (
    <figure className={styles['chart']}>
      <figcaption>
        <span className={styles['chartTitle']}>
          <span>{title}</span>
          <span ref={moment} className={styles['moment']} />
          {beside}
        </span>
        <span className={styles['legend']}>
          {lines.map((line, index) => (
            <span key={line.label} className={styles['key']}>
              <span className={styles['swatch']} data-dashed={line.dash ? true : undefined} style={{ color: `var(${line.color})` }} aria-hidden="true" />
              {line.label}{' '}
              <span
                className={styles['newest']}
                ref={(element) => {
                  values.current[index] = element;
                }}
              />
            </span>
          ))}
        </span>
      </figcaption>
      <div ref={host} className={styles['plot']} aria-hidden="true" />
    </figure>
  );
}
