import type { Design, DesignSummary, TemplateSummary } from '../../api/types';
import type { Topology } from '../../model/types';
import { call } from '../call';
import { listAll } from '../pages';

export function listTemplates(): Promise<readonly TemplateSummary[]> {
  return listAll('/api/v1/templates');
}

export function listDesigns(): Promise<readonly DesignSummary[]> {
  return listAll('/api/v1/designs');
}

export function readDesign(id: string): Promise<Design> {
  return call('GET', `/api/v1/designs/${id}`);
}

export function createDesign(topology: Topology): Promise<DesignSummary> {
  return call('POST', '/api/v1/designs', { topology });
}

/** Also works while the page is being closed. */
export function deleteDesign(id: string): Promise<void> {
  return call('DELETE', `/api/v1/designs/${id}`, undefined, { keepalive: true });
}
