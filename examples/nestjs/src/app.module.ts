import type { Pool } from '@mysql-hostpool/core'
import { getPoolToken, HostpoolModule } from '@mysql-hostpool/nestjs'
import { hostLogger, typeormDriver } from '@mysql-hostpool/typeorm'
import { Module } from '@nestjs/common'
import { TerminusModule } from '@nestjs/terminus'
import { TypeOrmModule } from '@nestjs/typeorm'
import type { TypeOrmModuleOptions } from '@nestjs/typeorm'
import { AdvancedConsoleLogger } from 'typeorm'

import { HealthController } from './health.controller.js'
import { Note } from './note.entity.js'
import { NotesController } from './notes.controller.js'

@Module({
  imports: [
    // The one pool of this application, for TypeORM and whatever else needs the database: `@InjectPool() pool: Pool`.
    HostpoolModule.forRootAsync({
      useFactory: () => {
        const url = process.env.DATABASE_URL
        if (!url) throw new Error('Set DATABASE_URL, for example to mysql://app:secret@db1,db2,db3/test')
        return url
      },
    }),
    TypeOrmModule.forRootAsync({
      inject: [getPoolToken()],
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
    TerminusModule,
  ],
  controllers: [HealthController, NotesController],
})
export class AppModule {}
