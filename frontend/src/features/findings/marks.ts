import { useMarks } from '../../canvas/overlay';
import { analysis } from './analysis';
import { freshElements, isHeldBack } from './fresh';
import { SEVERITIES, type Finding, type Report, type Severity } from './report';

/** Rings and badges on the canvas follow the analysis; those of an older drawing are taken away. */
export function markCanvas(): () => void {
  let shown: Report | null = null;
  let fresh: ReadonlySet<string> = new Set();
  const show = (): void => {
    const { report, current } = analysis.status;
    const next = current ? report : shown && analysis.status.working ? shown : null;
    if (next === shown && freshElements.ids === fresh) return;
    shown = next;
    fresh = freshElements.ids;
    const open = (next?.findings ?? []).filter((finding) => !finding.accepted && !isHeldBack(finding, fresh));
    useMarks.setState({ spofs: spofs(next), severities: severities(open), fresh });
  };
  show();
  const offs = [analysis.subscribe(show), freshElements.subscribe(show)];
  return () => {
    for (const off of offs) off();
    useMarks.setState({ spofs: new Map(), severities: new Map(), fresh: new Set(), path: new Set() });
  };
}

function spofs(report: Report | null): ReadonlyMap<string, { readonly loss: number; readonly hidden: boolean }> {
  return new Map((report?.spofs ?? []).map((spof) => [spof.component, { loss: spof.loss_share, hidden: spof.hidden }]));
}

function severities(findings: readonly Finding[]): ReadonlyMap<string, Severity> {
  const worst = new Map<string, Severity>();
  for (const finding of findings) {
    for (const id of finding.components) {
      const known = worst.get(id);
      if (!known || SEVERITIES.indexOf(finding.severity) < SEVERITIES.indexOf(known)) worst.set(id, finding.severity);
    }
  }
  return worst;
}
