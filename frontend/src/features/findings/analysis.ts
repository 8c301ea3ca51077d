import { useSyncExternalStore } from 'react';
import type { Topology } from '../../model/types';
import { ApiProblem, call } from '../call';
import { AnalysisFeed, AnalysisRefused, type FeedStatus } from './feed';
import type { Report } from './report';

async function analyse(topology: Topology, signal: AbortSignal): Promise<Report> {
  try {
    return await call<Report>('POST', '/api/v1/analyses?falls=true', topology, { signal });
  } catch (error) {
    if (error instanceof ApiProblem && error.status >= 400 && error.status < 500 && error.status !== 429) {
      throw new AnalysisRefused({ detail: error.message, errors: error.errors });
    }
    throw error;
  }
}

/** The one analysis of the page: the drawing goes in, panel and canvas read what comes out. */
export const analysis = new AnalysisFeed<Topology, Report>({ analyse });

/** The newest report and whether it is of the drawing as it is now. */
export function useAnalysis(): FeedStatus<Report> {
  return useSyncExternalStore(
    (changed) => analysis.subscribe(changed),
    () => analysis.status,
  );
}
