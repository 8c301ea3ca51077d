import type { Topology } from '../../model/types';
import { call } from '../call';
import { listAll } from '../pages';
import type { NewShareLink, Scope, ShareLink } from './links';

/** What a link opens. */
export interface SharedDesign {
  readonly design: { readonly id: string; readonly name: string; readonly topology: Topology; readonly version: number };
  readonly scope: Scope;
  readonly label: string;
  readonly expires_at: string | null;
  readonly run: { readonly id: string } | null;
}

export function createLink(design: string, wish: { scope: Scope; expires_at: string; label: string }): Promise<NewShareLink> {
  return call('POST', `/api/v1/designs/${design}/links`, wish);
}

export function listLinks(design: string): Promise<readonly ShareLink[]> {
  return listAll(`/api/v1/designs/${design}/links`);
}

export function revokeLink(id: string): Promise<void> {
  return call('DELETE', `/api/v1/links/${id}`);
}

/** Hands the secret over for a cookie that opens this link alone. */
export function openShared(id: string, secret: string): Promise<unknown> {
  return call('POST', `/api/v1/shared/${id}/open`, { secret });
}

export function readShared(id: string): Promise<SharedDesign> {
  return call('GET', `/api/v1/shared/${id}`);
}
