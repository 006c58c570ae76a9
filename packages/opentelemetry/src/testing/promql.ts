import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'

/** One metric that a query selects, and the labels that the query expects of it. */
export interface Selected {
  readonly metric: string
  readonly labels: readonly string[]
}

/** Reads a query as Prometheus' own editor does. @throws where it is none */
export function selectedBy(expression: string): readonly Selected[] {
  const text = ({ from, to }: { readonly from: number; readonly to: number }): string => expression.slice(from, to)
  const selected: Selected[] = []
  parser.parse(expression).iterate({
    enter: (node) => {
      if (node.type.isError) throw new Error(`${expression} is no PromQL near character ${node.from}`)
      if (node.name !== 'VectorSelector') return
      const names = labelsIn(node.node).map(text)
      // What a selector stands in groups by labels, too.
      for (let outer = node.node.parent; outer !== null; outer = outer.parent) {
        const modifier = outer.name === 'AggregateExpr' ? outer.getChild('AggregateModifier') : null
        if (modifier !== null) names.push(...labelsIn(modifier).map(text))
      }
      const metric = node.node.getChild('Identifier')
      selected.push({ metric: metric === null ? '' : text(metric), labels: names })
    },
  })
  return selected
}

function labelsIn(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = []
  node.cursor().iterate((inner) => {
    if (inner.name === 'LabelName') found.push(inner.node)
  })
  return found
}
