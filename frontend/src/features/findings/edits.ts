import type { Collection, Edit } from '../../model/edits';
import type { Topology } from '../../model/types';

const COLLECTIONS: readonly Collection[] = ['nodes', 'edges', 'flows'];

interface Element {
  readonly id: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** The edits that turn one document into the other: only what differs, so that others' work beside it stays. */
export function editsBetween(before: Topology, after: Topology): Edit[] {
  const edits: Edit[] = [];
  for (const list of COLLECTIONS) {
    const old = new Map((before[list] ?? []).map((element): [string, Element] => [element.id, element]));
    const now = new Map((after[list] ?? []).map((element): [string, Element] => [element.id, element]));
    for (const id of old.keys()) if (!now.has(id)) edits.push({ type: 'remove', in: list, id });
    for (const [id, element] of now) {
      const was = old.get(id);
      const members = changed(was ?? { id }, element, list === 'flows' ? [] : ['params']);
      if (!was || Object.keys(members).length > 0) {
        const params = was || list === 'flows' ? {} : { params: element.params ?? {} };
        edits.push({ type: 'set', in: list, id, members: { ...members, ...params } });
      }
      if (!was || list === 'flows') continue;
      for (const [name, value] of Object.entries(changed(was.params ?? {}, element.params ?? {}))) {
        edits.push({ type: 'param', in: list, id, name, value });
      }
    }
  }
  const meta = changed(before, after, [...COLLECTIONS, 'format']);
  if (Object.keys(meta).length > 0) edits.push({ type: 'meta', members: meta });
  return edits;
}

/** Members that differ, with what they are now; null where there is none any more. */
function changed(before: object, after: object, apart: readonly string[] = []): Record<string, unknown> {
  const old = new Map(Object.entries(before));
  const now = new Map(Object.entries(after));
  const members: Record<string, unknown> = {};
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    if (name === 'id' || apart.includes(name)) continue;
    if (JSON.stringify(old.get(name)) !== JSON.stringify(now.get(name))) members[name] = now.get(name) ?? null;
  }
  return members;
}
