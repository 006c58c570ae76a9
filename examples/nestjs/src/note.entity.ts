import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm'

@Entity('hostpool_example_note')
export class Note {
  @PrimaryGeneratedColumn()
  id!: number

  @Column({ length: 200 })
  text!: string

  @Column({ default: 0 })
  likes!: number
}
