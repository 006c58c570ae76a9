import { retryTransaction } from '@mysql-hostpool/typeorm'
import {
  BadRequestException,
  Body,
  Controller,
  Get,
  NotFoundException,
  Param,
  ParseIntPipe,
  Post,
} from '@nestjs/common'
import { InjectDataSource, InjectRepository } from '@nestjs/typeorm'
import type { DataSource, Repository } from 'typeorm'

import { Note } from './note.entity.js'

@Controller('notes')
export class NotesController {
  readonly #notes: Repository<Note>
  readonly #dataSource: DataSource

  constructor(@InjectRepository(Note) notes: Repository<Note>, @InjectDataSource() dataSource: DataSource) {
    this.#notes = notes
    this.#dataSource = dataSource
  }

  @Get()
  list(): Promise<Note[]> {
    return this.#notes.find({ order: { id: 'ASC' } })
  }

  @Post()
  write(@Body('text') text: unknown): Promise<Note> {
    if (typeof text !== 'string' || text.length === 0 || text.length > 200) {
      throw new BadRequestException('text must be a string of 1 to 200 characters')
    }
    return this.#notes.save(this.#notes.create({ text }))
  }

  /** Reads and writes in one transaction, which runs again when it met another one, or lost its host. */
  @Post(':id/likes')
  like(@Param('id', ParseIntPipe) id: number): Promise<Note> {
    return retryTransaction(this.#dataSource, async (manager) => {
      const note = await manager.findOne(Note, { where: { id }, lock: { mode: 'pessimistic_write' } })
      if (note === null) throw new NotFoundException(`There is no note ${id}`)
      note.likes += 1
      return manager.save(note)
    })
  }
}
