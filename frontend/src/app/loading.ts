import type { Scope } from '../editor/drawing';
import { call } from '../features/call';
import type { Catalogue } from '../model/catalogue';
import type { Topology } from '../model/types';

let catalogue: Promise<Catalogue> | null = null;

/** The catalogue, asked for once a page; again after a failure. */
export function loadCatalogue(): Promise<Catalogue> {
  catalogue ??= call<Catalogue>('GET', '/api/v1/catalogue').catch((error: unknown) => {
    catalogue = null;
    throw error;
  });
  return catalogue;
}

export interface LoadedDesign {
  readonly id: string;
  readonly name: string;
  readonly scope: Scope | 'own';
  readonly topology: Topology;
}

export function loadDesign(id: string): Promise<LoadedDesign> {
  return call<LoadedDesign>('GET', `/api/v1/designs/${encodeURIComponent(id)}`);
}
