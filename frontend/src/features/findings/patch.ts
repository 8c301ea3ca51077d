import type { PatchOperation } from './report';

/** A patch that does not fit the document any more; nothing of it was applied. */
export class PatchError extends Error {}

/** The document after a JSON Patch (RFC 6902), all of it or none; the given document stays as it was. */
export function applyPatch<T>(document: T, operations: readonly PatchOperation[]): T {
  let root: unknown = structuredClone(document);
  for (const operation of operations) root = step(root, operation);
  return root as T;
}

function step(root: unknown, operation: PatchOperation): unknown {
  const path = tokens(operation.path);
  switch (operation.op) {
    case 'add':
      return put(root, path, structuredClone(operation.value), 'add');
    case 'replace':
      return put(root, path, structuredClone(operation.value), 'replace');
    case 'remove':
      return take(root, path);
    case 'copy':
      return put(root, path, structuredClone(read(root, tokens(operation.from ?? ''))), 'add');
    case 'move': {
      const from = tokens(operation.from ?? '');
      const value = read(root, from);
      return put(take(root, from), path, value, 'add');
    }
    case 'test':
      if (JSON.stringify(read(root, path)) !== JSON.stringify(operation.value)) {
        throw new PatchError(`${operation.path} is not what the change expects`);
      }
      return root;
  }
}

function tokens(pointer: string): string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) throw new PatchError(`${pointer} is no JSON pointer`);
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

type Holder = Record<string, unknown> | unknown[];

function holderOf(root: unknown, path: readonly string[]): [Holder, string] {
  const holder = read(root, path.slice(0, -1));
  const last = path.at(-1);
  if (typeof holder !== 'object' || holder === null || last === undefined) throw new PatchError(`nothing at /${path.join('/')}`);
  if (last === '__proto__') throw new PatchError('reserved key __proto__');
  return [holder as Holder, last];
}

function read(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const token of path) {
    if (Array.isArray(value)) value = value[index(token, value.length - 1)];
    else if (typeof value === 'object' && value !== null && Object.hasOwn(value, token)) {
      value = (value as Record<string, unknown>)[token];
    } else throw new PatchError(`nothing at /${path.join('/')}`);
  }
  return value;
}

function put(root: unknown, path: readonly string[], value: unknown, how: 'add' | 'replace'): unknown {
  if (path.length === 0) return value;
  const [holder, last] = holderOf(root, path);
  if (Array.isArray(holder)) {
    if (how === 'add') holder.splice(last === '-' ? holder.length : index(last, holder.length), 0, value);
    else holder[index(last, holder.length - 1)] = value;
  } else {
    if (how === 'replace' && !Object.hasOwn(holder, last)) throw new PatchError(`nothing at /${path.join('/')}`);
    holder[last] = value;
  }
  return root;
}

function take(root: unknown, path: readonly string[]): unknown {
  const [holder, last] = holderOf(root, path);
  if (Array.isArray(holder)) holder.splice(index(last, holder.length - 1), 1);
  else if (Object.hasOwn(holder, last)) Reflect.deleteProperty(holder, last);
  else throw new PatchError(`nothing at /${path.join('/')}`);
  return root;
}

function index(token: string, highest: number): number {
  if (!/^(0|[1-9]\d*)$/.test(token) || Number(token) > highest) throw new PatchError(`no item ${token} in the list`);
  return Number(token);
}
