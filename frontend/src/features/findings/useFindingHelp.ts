import { useI18n, type Text } from '../../i18n/useI18n';
import type { Catalogue, Param } from '../../model/catalogue';
import { useDrawing } from '../drawing';

interface FindingTexts {
  readonly code: string;
  readonly title?: Text;
  readonly why?: Text;
}

/** What the catalogue says of a code. */
export function findingTexts(catalogue: Catalogue, code: string): FindingTexts | undefined {
  return (catalogue.findings as unknown as readonly FindingTexts[]).find((finding) => finding.code === code);
}

/** Why a finding matters, as its help page says it. */
export function useFindingHelp(code: string): string | null {
  const { of } = useI18n();
  const { catalogue } = useDrawing();
  const known = findingTexts(catalogue, code);
  return known?.why ? of(known.why) : null;
}

/** A param of an element as the catalogue describes it; of a member of a record, the record. */
export function useParam(element: string, name: string): Param | undefined {
  const { topology, catalogue, kinds } = useDrawing();
  const node = topology.nodes?.find((candidate) => candidate.id === element);
  const params = node ? kinds.get(node.kind)?.params : catalogue.edge_kinds.flatMap((kind) => kind.params);
  const [first = name] = name.split('.', 1);
  return params?.find((param) => param.name === first);
}

/** The name of an element's param in words; one that the catalogue does not know keeps its own. */
export function useParamName(element: string, name: string): string {
  const { of, t } = useI18n();
  const { topology } = useDrawing();
  const param = useParam(element, name);
  if (name === 'rate_rps' && topology.flows?.some((flow) => flow.id === element)) return t('inspector.flow.rate');
  return param ? of(param.title) : name;
}
