import { useI18n } from '../../i18n/useI18n';
import { choiceTitle } from '../../model/catalogue';
import { grouped } from '../figures/group';
import { NodeLink } from '../figures/NodeLink';
import { useParam, useParamName } from './useFindingHelp';
import { said, type Assumption, type Report } from './report';
import { Tornado } from './Tornado';
import words from '../../ui/words.module.css';
import styles from './sections.module.css';

/** The source of numbers that are common knowledge: not worth a line each. */
const COMMON = 'common';

/** Every number that the drawing did not state and a figure leaned on, with where it comes from. */
export function Assumptions({ report }: { report: Report }) {
  const { t, language } = useI18n();
  const byElement = grouped(report.assumptions, (assumption) => assumption.element);
  return (
    <>
      <Tornado report={report} />
      {report.assumptions.length > 0 && <p className={words['quiet']}>{t('findings.assumptions.intro')}</p>}
      {report.assumptions.length === 0 && <p className={styles['good']}>{t('findings.assumptions.none')}</p>}
      <ul className={styles['list']}>
        {[...byElement].map(([element, assumptions]) => (
          <li key={element} className={styles['row']}>
            <div className={styles['rowHead']}>{element === '' ? t('findings.assumptions.model') : <NodeLink id={element} />}</div>
            <ul className={styles['assumed']}>
              {assumptions.map((assumption) => (
                <AssumptionRow key={assumption.param} assumption={assumption} />
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {report.simplifications.length > 0 && (
        <section>
          <h3 className={styles['group']}>{t('findings.not_modelled')}</h3>
          <ul className={styles['bullets']}>
            {report.simplifications.map((reason) => (
              <li key={reason.code}>{said(reason, language)}</li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function AssumptionRow({ assumption }: { assumption: Assumption }) {
  const { t, of, locale, language, unit } = useI18n();
  const param = useParam(assumption.element, assumption.param);
  const name = useParamName(assumption.element, assumption.param);
  const valueText = (): string => {
    const { value } = assumption;
    if (typeof value === 'string') return choiceTitle(param, value, of);
    if (typeof value === 'boolean') return t(value ? 'inspector.yes' : 'inspector.no');
    if (typeof value === 'number') return new Intl.NumberFormat(locale, { maximumSignificantDigits: 6 }).format(value);
    return JSON.stringify(value);
  };
  return (
    <li>
      <span className={styles['assumedHead']}>
        <span>{name}</span>
        <span className={styles['assumedValue']}>
          {valueText()} {unit(assumption.unit)}
        </span>
      </span>
      {assumption.source !== COMMON && <span className={styles['source']}>{(language === 'ko' && assumption.source_ko) || assumption.source}</span>}
    </li>
  );
}
