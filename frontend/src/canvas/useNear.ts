import { useStore, type ReactFlowState } from '@xyflow/react';
import { useCallback, useMemo } from 'react';
import { visibleArea } from './paint';
import { nodesIn, type Scene, type SceneNode } from './scene';

/** Above this many cards in view they are painted rather than built of page elements. */
const MOST_CARDS = 200;
const BORDER = 240;
const FAR = 'far';
const NONE: readonly SceneNode[] = [];

/** The nodes in and around the window; another list only when another node comes in or one goes out. */
export function useNear(scene: Scene): { readonly near: readonly SceneNode[]; readonly far: boolean } {
  // A text, so that panning within the same cards changes nothing.
  const key = useStore(
    useCallback(
      ({ transform: [x, y, zoom], width, height }: ReactFlowState) =>
        nodesIn(scene, visibleArea({ x, y, zoom }, width, height, BORDER), MOST_CARDS)
          ?.map(({ id }) => id)
          .join('\n') ?? FAR,
      [scene],
    ),
  );
  return useMemo(() => {
    const wanted = new Set(key.split('\n'));
    return key === FAR ? { near: NONE, far: true } : { near: scene.nodes.filter(({ id }) => wanted.has(id)), far: false };
  }, [scene, key]);
}
