import { useStore, type ReactFlowState } from '@xyflow/react';
import { useCallback, useMemo } from 'react';
import type { Rect } from '../model/types';
import { visibleArea } from './paint';
import { nodesIn, type Scene, type SceneNode } from './scene';

/** Above this many cards in view they are painted rather than built of page elements. */
const MOST_CARDS = 200;
const BORDER = 160;
/** The window is taken in steps of so many pixels, so that cards come in rows now and then, not one by one. */
const STRIDE = 256;
const FAR = 'far';
const NONE: readonly SceneNode[] = [];

/** The nodes in and around the window; another list only when another node comes in or one goes out. */
export function useNear(scene: Scene): { readonly near: readonly SceneNode[]; readonly far: boolean } {
  // A text, so that panning within the same cards changes nothing.
  const key = useStore(
    useCallback(
      ({ transform: [x, y, zoom], width, height }: ReactFlowState) =>
        nodesIn(scene, inStrides(visibleArea({ x, y, zoom }, width, height, BORDER), STRIDE / zoom), MOST_CARDS)
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

/** The area, grown to whole steps. */
function inStrides({ x, y, width, height }: Rect, stride: number): Rect {
  const [left, top] = [Math.floor(x / stride) * stride, Math.floor(y / stride) * stride];
  return {
    x: left,
    y: top,
    width: Math.ceil((x + width) / stride) * stride - left,
    height: Math.ceil((y + height) / stride) * stride - top,
  };
}
