import { useStore, ViewportPortal } from '@xyflow/react';
import { useState, type PointerEvent } from 'react';
import { applyEdits, currentKinds, useDrawingState } from '../editor/drawing';
import { currentCamera, useView } from '../editor/view';
import { useI18n } from '../i18n/useI18n';
import { reconnect, reconnectObstacle } from '../model/changes';
import type { Point } from '../model/types';
import styles from './Canvas.module.css';
import { cardAt } from './connectTarget';
import type { Scene } from './scene';

type End = 'source' | 'target';

interface EdgeEndsProps {
  readonly scene: Scene;
  readonly onRefuse: (reason: string) => void;
}

/** The two ends of the selected edge, to be pulled to another card. */
export function EdgeEnds({ scene, onRefuse }: EdgeEndsProps) {
  const { t } = useI18n();
  const chosen = useView(({ selectedEdges, selectedNodes }) =>
    selectedEdges.size === 1 && selectedNodes.size === 0 ? [...selectedEdges][0] : undefined,
  );
  const zoom = useStore((store) => store.transform[2]);
  const [pulled, setPulled] = useState<{ readonly end: End; readonly at: Point } | null>(null);
  const edge = chosen === undefined ? undefined : scene.edges.find(({ id }) => id === chosen);
  if (!edge) return null;
  const { from, to } = edge.curve;

  const reasonAt = (end: End, at: Point) => {
    const { topology, edges } = useDrawingState.getState();
    const [stored, card] = [edges.get(edge.id), cardAt(at)];
    const reason = stored && card !== null ? reconnectObstacle(topology, currentKinds(), stored, end, card) : null;
    return { stored, card, reason };
  };
  const place = ({ clientX, clientY }: PointerEvent): Point => currentCamera()?.toCanvas({ x: clientX, y: clientY }) ?? { x: 0, y: 0 };
  const pull = (end: End, at: Point) => {
    const rejoining = { edge: edge.id, end, over: cardAt(at) };
    if (rejoining.over !== useView.getState().rejoining?.over) useView.setState({ rejoining });
    setPulled({ end, at });
  };
  const letGo = () => {
    useView.setState({ rejoining: null });
    setPulled(null);
  };
  const drop = (end: End, at: Point) => {
    letGo();
    const { stored, card, reason } = reasonAt(end, at);
    if (!stored || card === null) return;
    if (reason) onRefuse(t(`canvas.refused.${reason}`));
    else applyEdits(reconnect(useDrawingState.getState().topology, currentKinds(), stored, end, card));
  };
  const color = pulled && reasonAt(pulled.end, pulled.at).reason ? 'var(--bad)' : 'var(--accent)';
  const fixed = pulled?.end === 'source' ? to : from;
  return (
    <ViewportPortal>
      {pulled && (
        <svg className={styles['pull']}>
          <path
            d={`M${fixed.x} ${fixed.y}L${pulled.at.x} ${pulled.at.y}`}
            stroke={color}
            strokeWidth={2 / zoom}
            strokeDasharray={`${6 / zoom} ${5 / zoom}`}
          />
        </svg>
      )}
      {(['source', 'target'] as const).map((end) => {
        const at = pulled?.end === end ? pulled.at : end === 'source' ? from : to;
        return (
          <span
            key={end}
            className={`nodrag nopan ${styles['end']}`}
            data-end={end}
            title={t(`canvas.end.${end}`)}
            style={{ transform: `translate(${at.x}px, ${at.y}px) translate(-50%, -50%) scale(${1 / zoom})`, background: color }}
            onPointerDown={(event) => {
              event.stopPropagation();
              event.currentTarget.setPointerCapture(event.pointerId);
              pull(end, place(event));
            }}
            onPointerMove={(event) => {
              if (pulled?.end === end) pull(end, place(event));
            }}
            onPointerUp={(event) => {
              if (pulled?.end === end) drop(end, place(event));
            }}
            onPointerCancel={letGo}
          />
        );
      })}
    </ViewportPortal>
  );
}
