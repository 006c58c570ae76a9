import type { Pool } from '@mysql-hostpool/core'
import { hostLogger, typeormDriver } from '@mysql-hostpool/typeorm'
import { Module } from '@nestjs/common'
import { TypeOrmModule } from '@nestjs/typeorm'
import type { TypeOrmModuleOptions } from '@nestjs/typeorm'
import { AdvancedConsoleLogger } from 'typeorm'

import { HealthController } from './health.controller.js'
import { Note } from './note.entity.js'
import { NotesController } from './notes.controller.js'
import { POOL, PoolModule } from './pool.module.js'

@Module({
  imports: [
    PoolModule,
    TypeOrmModule.forRootAsync({
      imports: [PoolModule],
      inject: [POOL],
      useFactory: (pool: Pool): TypeOrmModuleOptions => ({
        // On MySQL this is `mysql`. On MariaDB choose `mariadb`: generated ids are then right on Galera, too.
        type: 'mariadb',
        driver: typeormDriver(pool),
        autoLoadEntities: true,
        // For a small example only; an application has migrations.
        synchronize: true,
        // The log says which host a slow or failed query was served by.
        logger: hostLogger(new AdvancedConsoleLogger(['error', 'warn'])),
        maxQueryExecutionTime: 1000,
      }),
    }),
    TypeOrmModule.forFeature([Note]),
  ],
  controllers: [HealthController, NotesController],
})
// oxlint-disable-next-line typescript/no-extraneous-class -- a module of Nest is what its decorator says
export class AppModule {}
