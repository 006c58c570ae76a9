import { EntitySchema } from 'typeorm'

/** A writer of books; the entity that most tests work with. */
export class Author {
  id!: number
  name!: string
  version!: number
  books!: Book[]
}

export class Book {
  id!: number
  title!: string
  author!: Author
  tags!: Tag[]
}

export class Tag {
  id!: number
  name!: string
  books!: Book[]
}

/** One column of every kind whose value changes its form on the way. */
export class Sample {
  id!: string
  big!: string
  amount!: string
  ratio!: number
  day!: string
  moment!: Date
  note!: Record<string, unknown>
  mood!: 'glad' | 'sad'
  active!: boolean
  payload!: Buffer
  nothing!: string | null
}

export const AuthorEntity = new EntitySchema<Author>({
  name: 'Author',
  target: Author,
  columns: {
    id: { type: 'int', primary: true, generated: 'increment' },
    name: { type: 'varchar', length: 100 },
    version: { type: 'int', version: true },
  },
  relations: {
    books: { type: 'one-to-many', target: 'Book', inverseSide: 'author', cascade: true },
  },
})

export const BookEntity = new EntitySchema<Book>({
  name: 'Book',
  target: Book,
  columns: {
    id: { type: 'int', primary: true, generated: 'increment' },
    title: { type: 'varchar', length: 100, unique: true },
  },
  relations: {
    author: { type: 'many-to-one', target: 'Author', inverseSide: 'books', onDelete: 'CASCADE' },
    tags: { type: 'many-to-many', target: 'Tag', inverseSide: 'books', joinTable: true, eager: true, cascade: true },
  },
})

export const TagEntity = new EntitySchema<Tag>({
  name: 'Tag',
  target: Tag,
  columns: {
    id: { type: 'int', primary: true, generated: 'increment' },
    name: { type: 'varchar', length: 50 },
  },
  relations: {
    books: { type: 'many-to-many', target: 'Book', inverseSide: 'tags' },
  },
})

const SampleEntity = new EntitySchema<Sample>({
  name: 'Sample',
  target: Sample,
  columns: {
    id: { type: 'bigint', primary: true, generated: 'increment' },
    big: { type: 'bigint' },
    amount: { type: 'decimal', precision: 30, scale: 10 },
    ratio: { type: 'double' },
    day: { type: 'date' },
    moment: { type: 'datetime', precision: 3 },
    note: { type: 'json' },
    mood: { type: 'enum', enum: ['glad', 'sad'] },
    active: { type: 'boolean' },
    payload: { type: 'blob' },
    nothing: { type: 'varchar', nullable: true },
  },
})

export const entities = [AuthorEntity, BookEntity, TagEntity, SampleEntity]
