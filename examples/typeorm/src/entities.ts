import { Column, Entity, ManyToOne, OneToMany, PrimaryGeneratedColumn } from 'typeorm'
import type { Relation } from 'typeorm'

@Entity('hostpool_example_author')
export class Author {
  @PrimaryGeneratedColumn()
  id!: number

  @Column({ length: 100 })
  name!: string

  @OneToMany(() => Book, (book) => book.author, { cascade: true })
  books!: Relation<Book[]>
}

@Entity('hostpool_example_book')
export class Book {
  @PrimaryGeneratedColumn()
  id!: number

  // The column types follow from the property types, through the decorator metadata that tsconfig.json switches on.
  @Column({ length: 100 })
  title!: string

  @Column()
  year!: number

  @ManyToOne(() => Author, (author) => author.books, { nullable: false, onDelete: 'CASCADE' })
  author!: Relation<Author>
}
