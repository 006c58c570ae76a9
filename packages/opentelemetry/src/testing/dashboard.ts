import { readFileSync } from 'node:fs'

/** One query of a panel, as Grafana would send it: its variables have values. */
export interface DashboardQuery {
  readonly panel: string
  readonly expression: string
  readonly legend: string
}

interface Dashboard {
  readonly panels: readonly {
    readonly title: string
    readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[]
  }[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] }
}

export const dashboard = JSON.parse(
  readFileSync(new URL('../../grafana/dashboard.json', import.meta.url), 'utf8'),
) as Dashboard

export const queries: readonly DashboardQuery[] = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr, legendFormat }) => ({ panel: title, expression: filled(expr), legend: legendFormat })),
)

function filled(expression: string): string {
  return expression.replaceAll('$__rate_interval', '1m').replaceAll('$__range', '1h').replaceAll('$pool', '.*')
}
