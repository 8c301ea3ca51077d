import type { NodeProps } from '@xyflow/react';
import { memo, useContext, useEffect, useRef, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { useDrawingState, useKindsState } from '../editor/drawing';
import { useView } from '../editor/view';
import { useI18n } from '../i18n/useI18n';
import { LINE_HEIGHT, type Label } from '../model/label';
import type { Node } from '../model/types';
import { PathIcon } from '../ui/Icon';
import { cx } from '../ui/cx';
import { PulledFrom, standing } from './connectTarget';
import { detailOf, labelAt, ZoomStep } from './detail';
import { Dots } from './Dots';
import { live, useMarks } from './overlay';
import { RenameField } from './RenameField';
import styles from './NodeCard.module.css';

const SIGNS = { spof: '!', error: '!', warning: '!', info: '', unknown: '?' } as const;

/** One element of the drawing: its icon, name, kind, and what is known of it. */
export const NodeCard = memo(function NodeCard({ id, selected }: NodeProps) {
  const { of, t, locale } = useI18n();
  const node = useDrawingState(useShallow((state) => shown(state.nodes.get(id))));
  const kind = useKindsState((state) => (node ? state.kinds.node.get(node.kind) : undefined));
  const spof = useMarks((marks) => marks.spofs.get(id));
  const severity = useMarks((marks) => marks.severities.get(id));
  const fresh = useMarks((marks) => marks.fresh.has(id));
  const held = useMarks((marks) => marks.path.size > 0 && !marks.path.has(id));
  const renaming = useView((view) => view.renaming === id);
  const alone = useView((view) => selected && view.selectedNodes.size === 1);
  const editable = useDrawingState((state) => state.scope === 'edit');
  const [under, setUnder] = useState(false);
  const pulled = useContext(PulledFrom);
  const waiting = useView((view) => view.connectFrom);
  const rejoining = useView((view) => view.rejoining);
  const place = standing(id, pulled ?? waiting, rejoining);
  const replicas = node?.replicas ?? 1;
  const { card, bar, figure, copies } = useLiveFigures(id, kind?.role === 'client', replicas, locale);
  const step = useContext(ZoomStep);
  if (!node || !kind) return null;
  const unknown = fresh && (severity === undefined || severity === 'info');
  const badge = spof ? 'spof' : unknown ? 'unknown' : severity;
  const { name } = node;
  const label = labelAt(name, step);
  return (
    <div
      ref={card}
      className={cx(
        styles['card'],
        styles[kind.group],
        selected && styles['selected'],
        spof && styles['spof'],
        held && styles['held'],
        styles[place],
        place === 'target' && rejoining?.over === id && styles['over'],
        replicas > 1 && styles['stacked'],
      )}
      data-node={id}
      data-detail={detailOf(step)}
      onPointerEnter={() => setUnder(true)}
      onPointerLeave={() => setUnder(false)}
    >
      <span className={styles['icon']}>
        <PathIcon path={kind.icon} size={20} />
      </span>
      <span className={styles['text']}>
        {renaming ? <RenameField id={id} name={name} /> : <Name {...label} full={name} />}
        <span className={styles['kind']}>
          {of(kind.title)}
          <span ref={figure} className={styles['figure']} />
        </span>
      </span>
      {replicas > 1 && (
        <span ref={copies} className={styles['replicas']}>
          {`×${replicas}`}
        </span>
      )}
      {badge && (
        <span className={cx(styles['badge'], styles[badge])} title={t(`canvas.badge.${badge}`)}>
          {SIGNS[badge]}
        </span>
      )}
      <span className={styles['meter']} aria-hidden="true">
        <span ref={bar} />
      </span>
      {editable && (under || alone || pulled === id) && <Dots id={id} />}
    </div>
  );
});

/** What a card shows of its node: it is rendered anew for nothing else. */
function shown(node: Node | undefined) {
  return node && { kind: node.kind, name: node.name ?? node.id, replicas: node.replicas ?? 1 };
}

function Name({ lines, size, full }: Label & { readonly full: string }) {
  const isCut = lines.at(-1)?.endsWith('…') && !full.endsWith('…');
  return (
    <span className={styles['name']} title={isCut ? full : undefined} style={{ fontSize: `${size}px`, lineHeight: LINE_HEIGHT }}>
      {lines.map((line, i) => (
        <span key={i}>{line}</span>
      ))}
    </span>
  );
}

/** Writes the newest figures of a run straight into the card, past React. Clients ask and are never busy themselves. */
function useLiveFigures(id: string, client: boolean, replicas: number, locale: string) {
  const card = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLSpanElement>(null);
  const figure = useRef<HTMLSpanElement>(null);
  const copies = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
    const write = () => {
      const found = live.node(id);
      const [element, replica] = [card.current, copies.current];
      if (!element || !bar.current || !figure.current) return;
      mark(element, 'live', found && !client ? (live.stale ? 'stale' : 'on') : 'off');
      if (replica) {
        const some = found !== null && found.up > 0 && found.up < 1;
        say(replica, some ? upOf(found.up, replicas, percent) : `×${replicas}`);
        mark(replica, 'some', String(some));
      }
      if (!found) {
        say(figure.current, '');
        delete element.dataset['down'];
        return;
      }
      const { utilization, up } = found;
      mark(element, 'down', String(up === 0));
      const known = !client && Number.isFinite(utilization);
      bar.current.style.transform = `scaleX(${known ? Math.min(1, utilization).toFixed(2) : 0})`;
      mark(element, 'load', !known ? '' : utilization >= 0.95 ? 'bad' : utilization >= 0.7 ? 'warn' : 'good');
      say(figure.current, up === 0 ? '✕' : known ? percent.format(utilization) : '');
    };
    write();
    return live.subscribe(write);
  }, [id, client, replicas, locale]);
  return { card, bar, figure, copies };
}

/** Frames come ten times a second, and most say what the one before said: nothing is written that stands there already. */
function say(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function mark(element: HTMLElement, name: string, value: string): void {
  if (element.dataset[name] !== value) element.dataset[name] = value;
}

/** How many of the replicas are up; a share where a run has scaled to another number of them. */
function upOf(share: number, replicas: number, percent: Intl.NumberFormat): string {
  const count = Math.round(share * replicas);
  return Math.abs(share * replicas - count) < 0.01 ? `${count}/${replicas}` : percent.format(share);
}
