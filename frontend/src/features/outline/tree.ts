import type { Edge, Node } from '../../model/types';

/** A line of the outline: a node at its depth, and where it leads. */
export interface Line {
  readonly node: Node;
  readonly depth: number;
  readonly parent: string | null;
  readonly hasChildren: boolean;
  readonly position: number;
  readonly siblings: number;
  readonly targets: readonly string[];
}

/** The drawing as a tree of containers, in the order of the document; what is closed hides what lies in it. */
export function linesOf(nodes: Iterable<Node>, edges: Iterable<Edge>, closed: ReadonlySet<string>): Line[] {
  const children = new Map<string | null, Node[]>();
  const all = [...nodes];
  const ids = new Set(all.map(({ id }) => id));
  for (const node of all) {
    const above = node.parent !== undefined && ids.has(node.parent) ? node.parent : null;
    children.set(above, [...(children.get(above) ?? []), node]);
  }
  const targets = new Map<string, string[]>();
  for (const { source, target } of edges) targets.set(source, [...(targets.get(source) ?? []), target]);
  const lines: Line[] = [];
  const visit = (parent: string | null, depth: number): void => {
    const members = children.get(parent) ?? [];
    members.forEach((node, i) => {
      lines.push({
        node,
        depth,
        parent,
        hasChildren: children.has(node.id),
        position: i + 1,
        siblings: members.length,
        targets: targets.get(node.id) ?? [],
      });
      if (!closed.has(node.id)) visit(node.id, depth + 1);
    });
  };
  visit(null, 1);
  return lines;
}
