import type { Node as FlowNode } from '@xyflow/react';
import type { SceneNode } from './scene';

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
    selected,
    selectable: !node.container,
    zIndex: node.container ? 0 : 1,
    ariaLabel: node.label,
  };
  known.set(selected, found);
  return found;
}
