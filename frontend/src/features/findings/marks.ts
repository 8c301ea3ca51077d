import { useMarks } from '../../canvas/overlay';
import { analysis } from './analysis';
import type { Report, Severity } from './report';

const GRAVITY: readonly Severity[] = ['info', 'warning', 'error'];

/** Rings and badges on the canvas follow the analysis; those of an older drawing are taken away. */
export function markCanvas(): () => void {
  let shown: Report | null = null;
  const show = (): void => {
    const { report, current } = analysis.status;
    const next = current ? report : shown && analysis.status.working ? shown : null;
    if (next === shown) return;
    shown = next;
    useMarks.setState({ spofs: spofs(next), severities: severities(next) });
  };
  show();
  const off = analysis.subscribe(show);
  return () => {
    off();
    useMarks.setState({ spofs: new Map(), severities: new Map(), path: new Set() });
  };
}

function spofs(report: Report | null): ReadonlyMap<string, { readonly loss: number; readonly hidden: boolean }> {
  return new Map((report?.spofs ?? []).map((spof) => [spof.component, { loss: spof.loss_share, hidden: spof.hidden }]));
}

function severities(report: Report | null): ReadonlyMap<string, Severity> {
  const worst = new Map<string, Severity>();
  for (const finding of report?.findings ?? []) {
    if (finding.accepted) continue;
    for (const id of finding.components) {
      const known = worst.get(id);
      if (!known || GRAVITY.indexOf(finding.severity) > GRAVITY.indexOf(known)) worst.set(id, finding.severity);
    }
  }
  return worst;
}
