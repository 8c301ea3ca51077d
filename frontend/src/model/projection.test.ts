import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { project, type KnownKinds, type Shared } from './projection';

const folder = new URL('../../../tests/fixtures/projection/', import.meta.url);
const CONTAINERS = new Set(['region', 'datacenter', 'zone', 'rack', 'host']);
const NODES = new Set([...CONTAINERS, 'client', 'web_server', 'cache', 'database']);
const EDGES = new Set(['call', 'publish', 'consume', 'replicate', 'observe', 'manage']);
const known: KnownKinds = {
  isNode: (kind) => NODES.has(kind),
  isContainer: (kind) => CONTAINERS.has(kind),
  isEdge: (kind) => EDGES.has(kind),
};

describe('the shared document is read as on the server', () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const { name, ydoc, expected } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
      name: string;
      ydoc: Shared;
      expected: unknown;
    };
    it(name, () => expect(project(ydoc, known)).toEqual(expected));
  }
});
