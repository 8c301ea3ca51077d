import { useEffect, useRef, type MouseEvent } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { useDrawingState } from '../../editor/drawing';
import { column } from '../../stream/frames';
import type { LiveRun } from '../../stream/live';
import { useDrawing } from '../drawing';
import { formatNumber, formatShare } from '../figures/format';
import { busiest } from './loads';
import { rewriting } from './rewriting';
import styles from './Busiest.module.css';

const ROWS = 6;
/** Slow enough that a row can be read, and hit, before its place changes. */
const REWRITE_MS = 500;

/** The most loaded components of the moment, written straight into the page; a click shows one with its curves. */
export function Busiest({ live }: { live: LiveRun }) {
  const { t, locale } = useI18n();
  const { nameOf, flyTo, kinds } = useDrawing();
  const isClient = (id: string): boolean => kinds.get(useDrawingState.getState().nodes.get(id)?.kind ?? '')?.role === 'client';
  const list = useRef<HTMLOListElement>(null);
  const latest = useRef({ nameOf, isClient });
  useEffect(() => {
    latest.current = { nameOf, isClient };
  });
  useEffect(() => {
    const write = (): void => {
      const { frame, status } = live;
      const ids = status.hello?.nodes ?? [];
      const of = (name: string): ArrayLike<number> => (frame && column(frame, 'nodes', name)) ?? [];
      const queue = of('queue');
      const rows = busiest(of('utilization'), of('up'), ROWS, (index) => latest.current.isClient(ids[index] ?? ''));
      [...(list.current?.children ?? [])].forEach((row, place) => {
        const found = rows[place];
        const id = found === undefined ? undefined : ids[found.index];
        const [name, bar, load, waiting] = row.querySelectorAll<HTMLElement>('[data-part]');
        (row as HTMLElement).hidden = id === undefined;
        if (found === undefined || id === undefined || !name || !bar || !load || !waiting) return;
        (row as HTMLElement).dataset['id'] = id;
        (row as HTMLElement).dataset['load'] = found.down ? 'bad' : found.utilization >= 0.95 ? 'bad' : found.utilization >= 0.7 ? 'warn' : 'good';
        name.textContent = latest.current.nameOf(id);
        bar.style.width = `${found.down ? 0 : Math.min(1, found.utilization) * 100}%`;
        load.textContent = found.down ? '✕' : formatShare(found.utilization, locale, 0);
        const line = queue[found.index] ?? 0;
        waiting.textContent = line >= 1 ? t('runs.waiting', { count: formatNumber(line, locale) }) : '';
      });
    };
    return rewriting(live, REWRITE_MS, write);
  }, [live, locale, t]);
  const show = (event: MouseEvent): void => {
    const id = (event.target as Element).closest<HTMLElement>('[data-id]')?.dataset['id'];
    if (id !== undefined) flyTo([id]);
  };
  return (
    <section className={styles['busiest']} aria-label={t('runs.busiest')}>
      <h2>{t('runs.busiest')}</h2>
      <ol ref={list} onClick={show}>
        {Array.from({ length: ROWS }, (_, place) => (
          <li key={place} hidden>
            <button type="button" title={t('runs.busiest.show')}>
              <span className={styles['name']} data-part="name" />
              <span className={styles['bar']} aria-hidden="true">
                <span data-part="bar" />
              </span>
              <span className={styles['load']} data-part="load" />
              <span className={styles['waiting']} data-part="waiting" />
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
