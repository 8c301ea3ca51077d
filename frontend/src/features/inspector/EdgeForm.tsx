import { useId, type ReactNode } from 'react';
import { applyEdits, useDrawingState, useKindsState } from '../../editor/drawing';
import { useI18n } from '../../i18n/useI18n';
import { joinOf } from '../../model/catalogue';
import type { Edit } from '../../model/edits';
import type { Edge } from '../../model/types';
import { nameIn } from '../names';
import styles from './inspector.module.css';
import { ParamGroups } from './ParamGroups';
import { Row } from './Row';
import { common } from './value';

interface Props {
  readonly edges: readonly Edge[];
  readonly disabled: boolean;
  /** What stands between the name and the params. */
  readonly figures?: ReactNode;
}

/** What one or several connections are made of. */
export function EdgeForm({ edges, disabled, figures }: Props) {
  const { t, of } = useI18n();
  const id = useId();
  const drawing = useDrawingState();
  const kinds = useKindsState((state) => state.kinds);
  const [edge] = edges;
  if (!edge) return null;
  const joins = edges.map(({ source, target }) =>
    joinOf(kinds, drawing.nodes.get(source)?.kind ?? '', drawing.nodes.get(target)?.kind ?? ''),
  );
  const kindOf = edges.map(({ kind }, i) => kinds.edge.get(kind ?? joins[i]?.default ?? ''));
  const accepted = (joins[0]?.accepted ?? []).filter((kind) => joins.every((join) => join?.accepted.includes(kind)));
  const stated = common(edges.map(({ kind }) => kind));
  const automatic = kinds.edge.get(joins[0]?.default ?? '');
  const [kind] = kindOf;
  return (
    <>
      <header className={styles['head']}>
        <div>
          <h2>{edges.length === 1 ? nameIn(drawing, edge.id) : t('inspector.several', { count: edges.length })}</h2>
          {kind && <p>{of(kind.summary)}</p>}
        </div>
      </header>
      {figures}
      {accepted.length > 1 && (
        <div className={styles['basics']}>
          <Row id={`${id}-kind`} title={t('inspector.edge.kind')} given={stated.value !== undefined}>
            <select
              id={`${id}-kind`}
              className={styles['select']}
              disabled={disabled}
              value={String(stated.value ?? '')}
              onChange={(event) => {
                const chosen = event.target.value || null;
                applyEdits(edges.map((each): Edit => ({ type: 'set', in: 'edges', id: each.id, members: { kind: chosen } })));
              }}
            >
              <option value="">
                {stated.mixed || !automatic ? t('inspector.mixed') : t('inspector.edge.automatic', { kind: of(automatic.title) })}
              </option>
              {accepted.map((each) => {
                const found = kinds.edge.get(each);
                return (
                  <option key={each} value={each}>
                    {found ? of(found.title) : each}
                  </option>
                );
              })}
            </select>
          </Row>
        </div>
      )}
      <ParamGroups
        key={edges.map((each) => each.id).join()}
        lists={kindOf.map((each) => each?.params ?? [])}
        given={edges.map((each) => each.params)}
        disabled={disabled}
        onChange={(name, value) => applyEdits(edges.map((each): Edit => ({ type: 'param', in: 'edges', id: each.id, name, value })))}
      />
    </>
  );
}
