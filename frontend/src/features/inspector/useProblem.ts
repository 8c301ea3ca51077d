import { useI18n } from '../../i18n/useI18n';
import type { Problem } from './value';

/** The words for what is wrong with a typed value. */
export function useProblem(): (problem: Problem) => string {
  const { t, locale } = useI18n();
  return (problem) =>
    'limit' in problem ? t(problem.key, { limit: new Intl.NumberFormat(locale).format(problem.limit) }) : t(problem.key);
}
