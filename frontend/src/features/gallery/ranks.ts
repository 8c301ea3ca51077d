/** A quick placement of a small graph from left to right, for pictures of documents that carry no positions. */

export interface Link {
  readonly source: string;
  readonly target: string;
}

/** Each id's column (its longest way from a beginning; edges that would close a circle are not followed) and its row within it. */
export function ranked(ids: readonly string[], links: readonly Link[]): Map<string, { column: number; row: number; rows: number }> {
  const known = new Set(ids);
  const next = new Map<string, string[]>(ids.map((id) => [id, []]));
  const before = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { source, target } of acyclic(ids, links.filter((link) => known.has(link.source) && known.has(link.target)))) {
    next.get(source)?.push(target);
    before.get(target)?.push(source);
  }
  const columnOf = new Map<string, number>();
  for (const id of topological(ids, next, before)) {
    columnOf.set(id, Math.max(0, ...(before.get(id) ?? []).map((from) => (columnOf.get(from) ?? 0) + 1)));
  }
  const columns: string[][] = [];
  for (const id of ids) (columns[columnOf.get(id) ?? 0] ??= []).push(id);
  const rowOf = new Map<string, number>();
  for (const column of columns) {
    const wish = (id: string): number => {
      const from = before.get(id) ?? [];
      return from.length === 0 ? 0 : from.reduce((sum, other) => sum + (rowOf.get(other) ?? 0), 0) / from.length;
    };
    const ordered = (column ?? []).map((id, i) => ({ id, i, wish: wish(id) })).sort((a, b) => a.wish - b.wish || a.i - b.i);
    ordered.forEach(({ id }, row) => rowOf.set(id, row - (ordered.length - 1) / 2));
  }
  return new Map(
    ids.map((id) => {
      const column = columnOf.get(id) ?? 0;
      return [id, { column, row: rowOf.get(id) ?? 0, rows: columns[column]?.length ?? 1 }];
    }),
  );
}

function acyclic(ids: readonly string[], links: readonly Link[]): Link[] {
  const out = new Map<string, Link[]>();
  for (const link of links) out.set(link.source, [...(out.get(link.source) ?? []), link]);
  const state = new Map<string, 'open' | 'done'>();
  const kept: Link[] = [];
  for (const root of ids) {
    if (state.has(root)) continue;
    state.set(root, 'open');
    const stack = [{ id: root, at: 0 }];
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (!top) break;
      const link = out.get(top.id)?.[top.at];
      if (!link) {
        state.set(top.id, 'done');
        stack.pop();
        continue;
      }
      top.at += 1;
      if (state.get(link.target) === 'open') continue;
      kept.push(link);
      if (!state.has(link.target)) {
        state.set(link.target, 'open');
        stack.push({ id: link.target, at: 0 });
      }
    }
  }
  return kept;
}

function topological(
  ids: readonly string[],
  next: ReadonlyMap<string, readonly string[]>,
  before: ReadonlyMap<string, readonly string[]>,
): string[] {
  const waiting = new Map(ids.map((id) => [id, before.get(id)?.length ?? 0]));
  const ready = ids.filter((id) => waiting.get(id) === 0);
  const order: string[] = [];
  for (let id = ready.shift(); id !== undefined; id = ready.shift()) {
    order.push(id);
    for (const target of next.get(id) ?? []) {
      const left = (waiting.get(target) ?? 1) - 1;
      waiting.set(target, left);
      if (left === 0) ready.push(target);
    }
  }
  return order;
}
