import type { Connection, FinalConnectionState, IsValidConnection } from '@xyflow/react';
import { useCallback } from 'react';
import { applyEdits, currentKinds, useDrawingState } from '../editor/drawing';
import { currentCamera, select, useView } from '../editor/view';
import { useI18n } from '../i18n/useI18n';
import { connect, obstacle } from '../model/changes';
import type { Point } from '../model/types';
import { cardAt } from './connectTarget';

/** Edges by dragging from a handle, or by click and click. */
export function useConnecting(
  onNothing: (source: string, at: Point, screen: Point) => void,
  onRefuse: (reason: string) => void,
) {
  const { t } = useI18n();

  const join = useCallback(
    (source: string, target: string) => {
      const { topology } = useDrawingState.getState();
      const reason = obstacle(topology, currentKinds(), source, target);
      if (reason) {
        onRefuse(t(`canvas.refused.${reason}`));
        return;
      }
      const made = connect(topology, source, target);
      applyEdits(made.edits);
      select([], [made.id]);
    },
    [onRefuse, t],
  );

  const onConnect = useCallback(({ source, target }: Connection) => join(source, target), [join]);

  const isValid: IsValidConnection = useCallback(
    ({ source, target }) => obstacle(useDrawingState.getState().topology, currentKinds(), source, target) === null,
    [],
  );

  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      if (state.isValid || !state.fromNode) return;
      const touch = 'changedTouches' in event ? event.changedTouches[0] : event;
      if (!touch) return;
      const screen = { x: touch.clientX, y: touch.clientY };
      const at = currentCamera()?.toCanvas(screen);
      const target = state.toNode?.id ?? (at && cardAt(at));
      if (target === state.fromNode.id) return;
      if (target) join(state.fromNode.id, target);
      else if (at) onNothing(state.fromNode.id, at, screen);
    },
    [join, onNothing],
  );

  /** The second click of click-click connecting; whether it was one. */
  const finish = useCallback(
    (target: string): boolean => {
      const { connectFrom } = useView.getState();
      if (connectFrom === null) return false;
      useView.setState({ connectFrom: null });
      if (connectFrom !== target) join(connectFrom, target);
      return true;
    },
    [join],
  );

  return { onConnect, onConnectEnd, isValid, finish };
}
