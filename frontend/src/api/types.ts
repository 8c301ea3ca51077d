import type { Topology } from '../model/types';
import type { components } from './schema';

type Schemas = components['schemas'];

/** A documented answer whose document is the page's own view of it: kinds and params are known only at run time. */
type WithDocument<T> = Omit<T, 'topology'> & { readonly topology: Topology };

export type Me = Schemas['Me'];
export type DesignSummary = Schemas['DesignSummary'];
export type Design = WithDocument<Schemas['DesignAnswer']>;
export type TemplateSummary = WithDocument<Schemas['TemplateSummary']>;
export type Imported = WithDocument<Schemas['ImportAnswer']>;
export type Revision = Schemas['RevisionSummary'];
export type ShareLink = Schemas['LinkAnswer'];
export type SharedDesign = Omit<Schemas['SharedAnswer'], 'design'> & { readonly design: WithDocument<Schemas['SharedDesign']> };
export type Run = Schemas['RunAnswer'];
export type RunResult = Schemas['Result'];
export type Estimate = Schemas['Estimate'];
export type Evaluation = Schemas['Evaluation'];
export type SearchJob = Schemas['SearchAnswer'];
export type SearchFound = Schemas['Search'];
export type Candidate = Schemas['Candidate'];
type SweepPointAnswer = Omit<Schemas['SweepPoint'], 'vary' | 'evaluation' | 'problem'>;
/** One point of a sweep: the values by pointer, and what came of it. */
export type SweepPoint = SweepPointAnswer & {
  readonly vary: Readonly<Record<string, number>>;
  readonly evaluation: Evaluation | null;
  readonly problem: { readonly detail: string } | null;
};
export type Sweep = Omit<Schemas['SweepAnswer'], 'points'> & { readonly points: readonly SweepPoint[] };
