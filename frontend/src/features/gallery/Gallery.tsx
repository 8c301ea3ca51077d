import { useCallback, useEffect, useMemo, useState } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { grouped } from '../figures/group';
import { Button } from '../../ui/Button';
import type { Topology } from '../../model/types';
import { ImportDialog } from '../imports/ImportDialog';
import { useNotices } from '../../ui/Notices';
import type { TemplateSummary } from '../../api/types';
import { untilAnswered } from '../call';
import { createDesign, listTemplates } from './api';
import { Miniature } from './Miniature';
import { OwnDesigns } from './OwnDesigns';
import { TemplateCard } from './TemplateCard';
import styles from './gallery.module.css';

/** The first page: one's own designs, ready-made ones, and three ways to begin. */
export function Gallery() {
  const { t, of } = useI18n();
  const notice = useNotices((state) => state.show);
  const [templates, setTemplates] = useState<readonly TemplateSummary[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [importing, setImporting] = useState(false);
  const [busy, setBusy] = useState<string | null>(null);
  useEffect(() => {
    return untilAnswered(
      listTemplates,
      (found) => {
        setProblem(null);
        setTemplates(found);
      },
      (error) => {
        setProblem(error.message);
        return true;
      },
    );
  }, []);
  const open = useCallback(async (topology: Topology): Promise<void> => {
    const design = await createDesign(topology);
    window.location.assign(`/d/${design.id}`);
  }, []);
  const begin = (what: string, topology: Topology): void => {
    setBusy(what);
    open(topology)
      .catch((error: Error) => notice('error', error.message))
      .finally(() => setBusy(null));
  };
  const groups = useMemo(() => grouped(templates ?? [], (template) => of(template.group)), [templates, of]);
  return (
    <main className={styles['page']} id="main">
      <section className={styles['hero']}>
        <div className={styles['words']}>
        <h1>{t('gallery.title')}</h1>
        <p>{t('gallery.promise')}</p>
        <div className={styles['begin']}>
          <Button
            variant="primary"
            icon="add"
            disabled={busy !== null}
            onClick={() => begin('empty', { format: 'linchpin/1', name: t('gallery.untitled'), nodes: [], edges: [], flows: [] })}
          >
            {t('gallery.new')}
          </Button>
          <Button icon="upload" onClick={() => setImporting(true)}>
            {t('gallery.import')}
          </Button>
        </div>
        </div>
        {templates && <HeroPicture templates={templates} />}
      </section>
      {problem && (
        <p className={styles['problem']} role="alert">
          {t('gallery.problem', { reason: problem })}
        </p>
      )}
      <OwnDesigns />
      {[...groups].map(([group, members], index) => (
        <section key={group} className={styles['section']} aria-labelledby={`group-${index}`}>
          <h2 id={`group-${index}`}>{group}</h2>
          <ul className={styles['cards']}>
            {members.map((template) => (
              <TemplateCard
                key={template.id}
                template={template}
                busy={busy === template.id}
                onOpen={() => begin(template.id, { ...template.topology, name: of(template.title) })}
              />
            ))}
          </ul>
        </section>
      ))}
      {templates === null && problem === null && <Waiting />}
      {importing && <ImportDialog onClose={() => setImporting(false)} onOpen={(imported) => open(imported.topology)} />}
    </main>
  );
}

/** The richest of the ready-made topologies, in motion. */
function HeroPicture({ templates }: { templates: readonly TemplateSummary[] }) {
  const sizes = (template: TemplateSummary): number => template.topology.nodes?.length ?? 0;
  const fitting = templates.filter((template) => sizes(template) <= HERO_LARGEST);
  const [richest] = [...fitting].sort((a, b) => sizes(b) - sizes(a));
  if (!richest) return null;
  return (
    <div className={styles['heroPicture']}>
      <Miniature topology={richest.topology} width={560} height={250} lively />
    </div>
  );
}

const HERO_LARGEST = 12;

function Waiting() {
  return (
    <ul className={styles['cards']} aria-hidden="true">
      {Array.from({ length: 6 }, (_, index) => (
        <li key={index} className={styles['ghost']} />
      ))}
    </ul>
  );
}
