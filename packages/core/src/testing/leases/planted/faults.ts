import type { PlantedFault } from '../../search/plant.js'

const EXECUTOR = 'lease/statement-executor.ts'
const SESSION = 'session/session.ts'
const SCOPE = 'lease/transaction-scope.ts'
const LEASE = 'lease/pool-lease.ts'

export const plantedFaults: readonly PlantedFault[] = [
  {
    name: 'a checkout that was given back is obeyed, and a lease names the one it has left',
    life: 15,
    edits: [
      {
        file: 'pool/checkouts.ts',
        from: 'if (checkout.isOut) return true',
        to: `if (checkout.connection.checkout !== undefined) {
      checkout.connection.checkout = checkout
      return true
    }
    checkout.takenAway = true`,
      },
      { file: EXECUTOR, from: '      this.#detach(left)\n', to: '' },
    ],
  },
  {
    name: 'a stream goes round the order',
    life: 4,
    edits: [
      {
        file: LEASE,
        from: '    executor.run(operation)\n    return stream',
        to: `    const { receiver } = operation
    if (receiver !== undefined)
      executor.session?.stream(statement, operation.decoding, operation.kind, { ...receiver, done: operation.done })
    return stream`,
      },
    ],
  },
  {
    name: 'a ping goes round the order',
    life: 11,
    edits: [
      {
        file: LEASE,
        from: "this.#executor.run(this.#executor.operation('ping', NO_STATEMENT, PING, settle(resolve, site)))",
        to: 'this.#executor.session?.ping(settle(resolve, site))',
      },
    ],
  },
  {
    name: 'a change of the user goes round the order',
    life: 28,
    edits: [
      {
        file: LEASE,
        from: `this.#executor.run({
        ...this.#executor.operation('changeUser', NO_STATEMENT, CHANGE_USER, settle(resolve, site)),
        to,
      })`,
        to: 'this.#executor.session?.changeUser(to, settle(resolve, site))',
      },
    ],
  },
  {
    name: 'a clean-up does not wait for what is under way',
    life: 7,
    edits: [
      {
        file: SESSION,
        from: 'if (borrower?.busy === true) borrower.whenIdle(() => this.#cleanNow(done))\n    else this.#cleanNow(done)',
        to: 'this.#cleanNow(done)',
      },
    ],
  },
  {
    name: 'a connection is handed over with statements under way',
    life: 7,
    edits: [{ file: SESSION, from: 'this.borrower?.busy === true ||\n      this.connection.busy ||\n', to: '' }],
  },
  {
    name: 'a goodbye does not wait for what is under way',
    life: 28,
    edits: [
      {
        file: SESSION,
        from: `if (borrower?.busy === true) borrower.whenIdle(() => this.connection.close(done))
    else this.connection.close(done)`,
        to: `this.connection.destroy()
    queueMicrotask(done)`,
      },
    ],
  },
  {
    name: 'a transaction counts as open only once BEGIN is answered',
    life: 36,
    edits: [
      { file: SESSION, from: 'this.#beginning || ', to: '' },
      { file: EXECUTOR, from: "    if (this.#current?.kind.kind === 'begin') return true\n", to: '' },
    ],
  },
  {
    name: 'autocommit = 0 is ignored',
    life: 2957,
    edits: [
      {
        file: SESSION,
        from: 'return this.#used && (serverStatus & ServerStatus.autocommit) === 0',
        to: 'return false',
      },
    ],
  },
  {
    name: 'an open transaction is not rolled back when it is given back',
    life: 1,
    edits: [
      {
        file: SESSION,
        from: '      this.connection.busy ||\n      this.inTransaction ||\n',
        to: '      this.connection.busy ||\n',
      },
    ],
  },
  {
    name: '1180 counts as refused',
    life: 61,
    edits: [{ file: 'errors/error-class.ts', from: '[1180, ErrorClass.unknown]', to: '[1180, ErrorClass.notReady]' }],
  },
  {
    name: 'a late answer is given to the next statement',
    life: 510,
    edits: [{ file: EXECUTOR, from: 'if (operation.askedOn !== checkout) {', to: 'if (operation.attempts > 99) {' }],
  },
  {
    name: 'a read inside a transaction is asked of another host',
    life: 700,
    edits: [
      { file: EXECUTOR, from: '!resource.alive || resource.inTransaction || resource.changed', to: '!resource.alive' },
    ],
  },
  {
    name: 'a commit that DDL brings about is forgotten',
    life: 126,
    edits: [
      {
        file: SCOPE,
        from: "const commits = kind.commitsFirst === true || kind.kind === 'begin' || (",
        to: 'const commits = (',
      },
    ],
  },
  {
    name: 'LAST_INSERT_ID() and its like are asked of any connection',
    life: 263,
    edits: [
      { file: 'lease/traces.ts', from: 'return left !== undefined && left !== checkout', to: 'return false' },
      { file: 'lease/traces.ts', from: 'return this.#kept === checkout', to: 'return false' },
      { file: EXECUTOR, from: 'session.rebindable && !isBound && ', to: 'session.rebindable && ' },
    ],
  },
  {
    name: 'a server that reports nothing is taken for one that does',
    life: 358,
    edits: [
      {
        file: 'session/session-setup.ts',
        from: 'return connection.tracksSession && !this.#untracked.has(connection)',
        to: 'return connection.alive',
      },
    ],
  },
  {
    name: 'a lock wait timeout that undoes the transaction counts as one that does not',
    life: 77,
    edits: [{ file: EXECUTOR, from: 'if (known || !isAnswer(error)) {', to: 'if (known || isAnswer(error)) {' }],
  },
  {
    name: 'user variables and locks are not seen in the text',
    life: 11,
    edits: [{ file: SESSION, from: 'if (kind.mayTaint || (kind', to: 'if ((kind' }],
  },
  {
    name: 'a write is sent again when its host is lost',
    life: 4,
    edits: [
      {
        file: 'lease/retry-policy.ts',
        from: "return statement.forNextTransaction === true && statement.several !== true ? again : 'outcomeUnknown'",
        to: 'return again',
      },
    ],
  },
  {
    name: 'a read is asked of a second host where that is switched off',
    life: 943,
    edits: [{ file: 'hostpool.ts', from: 'return this.config.hedgeReads && this', to: 'return this' }],
  },
  {
    name: 'a read is sent again where that is switched off',
    life: 211,
    edits: [
      {
        file: 'lease/retry-policy.ts',
        from: "if (!retryReads || !repeatable) return 'rethrow'",
        to: "if (!repeatable) return 'rethrow'",
      },
    ],
  },
  {
    name: 'a COMMIT that was lost counts as rolled back',
    life: 275,
    edits: [
      {
        file: 'lease/retry-policy.ts',
        from: "return mayHaveRun ? 'outcomeUnknown' : 'hostLost'",
        to: "return 'hostLost'",
      },
    ],
  },
  {
    name: "a statement's own decoding is forgotten",
    life: 13,
    edits: [
      {
        file: EXECUTOR,
        from: 'statement.decoding === undefined ? this.decoding : this.#port.decodingFor(statement.decoding)',
        to: 'this.decoding',
      },
    ],
  },
  {
    name: 'a session is not set up again after a reset',
    life: 1,
    edits: [
      {
        file: 'session/session-setup.ts',
        from: 'this.#setVariables(session, (this.#handshake ??= handshakeOf(this.#options)), next, done)',
        to: 'next()',
      },
    ],
  },
  {
    name: 'statements go on after a deadlock',
    life: 65,
    edits: [
      {
        file: EXECUTOR,
        from: "      case 'rethrowTransactionGone':\n        this.#lose(error)\n",
        to: "      case 'rethrowTransactionGone':\n",
      },
    ],
  },
  {
    name: "another borrower's warnings count as gone after any statement",
    life: 501879,
    edits: [
      {
        file: 'session/left-traces.ts',
        from: '    this.#left |= wrote ?',
        to: '    this.#foreign &= ~WARNINGS\n    this.#left |= wrote ?',
      },
    ],
  },
  {
    name: 'what EXECUTE IMMEDIATE asks for is not looked for in its quotes',
    life: 932,
    edits: [{ file: 'sql/statement-kind.ts', from: ' || reading.isOpaque', to: '' }],
  },
  {
    name: "a key that nothing tells of is taken for the lease's own",
    life: 3261,
    edits: [
      {
        file: 'lease/traces.ts',
        from: 'const isOwn = checkout.connection.resource.traces.isKeyOfBorrower(key) || this.#uncertain?.isOwn(key)',
        to: 'const isOwn: boolean = key !== undefined',
      },
    ],
  },
]
