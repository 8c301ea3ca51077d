import { Position, type Node as FlowNode, type NodeHandle } from '@xyflow/react';
import { CARD } from '../model/geometry';
import type { SceneNode } from './scene';

/** The sides of a card from which a connection is pulled. */
export const SIDES = [Position.Left, Position.Right, Position.Top, Position.Bottom];

/** Said rather than measured: a card has its dots in the page only while they can be used. */
const HANDLES: NodeHandle[] = SIDES.map((side) => ({
  id: side,
  type: 'source',
  position: side,
  x: side === Position.Left ? 0 : side === Position.Right ? CARD.width : CARD.width / 2,
  y: side === Position.Top ? 0 : side === Position.Bottom ? CARD.height : CARD.height / 2,
}));
const NO_HANDLES: NodeHandle[] = [];

const made = new WeakMap<SceneNode, Map<boolean, FlowNode>>();

/** A node as React Flow wants it; the same object for the same thing, so that nothing is rendered for nothing. */
export function flowNode(node: SceneNode, selected: boolean): FlowNode {
  const known = made.get(node) ?? new Map<boolean, FlowNode>();
  made.set(node, known);
  const found = known.get(selected) ?? {
    id: node.id,
    type: node.container ? 'container' : 'card',
    position: { x: node.rect.x, y: node.rect.y },
    data: {},
    width: node.rect.width,
    height: node.rect.height,
    measured: { width: node.rect.width, height: node.rect.height },
    handles: node.container ? NO_HANDLES : HANDLES,
    selected,
    selectable: !node.container,
    zIndex: node.container ? 0 : 1,
    ariaLabel: node.label,
  };
  known.set(selected, found);
  return found;
}
