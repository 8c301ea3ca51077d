import { call } from '../call';
import type { Topology } from '../../model/types';
import type { ImportFormat } from './reading';

/** What was read of a file: the topology, and in sentences what was understood, assumed and left out. */
export interface Imported {
  readonly topology: Topology;
  readonly understood: readonly string[];
  readonly assumed: readonly string[];
  readonly left_out: readonly string[];
}

export function readImport(format: ImportFormat | 'auto', content: string): Promise<Imported> {
  return call('POST', '/api/v1/imports', { format, content });
}
