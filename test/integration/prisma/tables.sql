CREATE TABLE Author (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email VARCHAR(100) NOT NULL,
  name VARCHAR(100),
  UNIQUE KEY Author_email_key (email)
);

CREATE TABLE Profile (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  bio TEXT NOT NULL,
  authorId INT NOT NULL,
  UNIQUE KEY Profile_authorId_key (authorId),
  CONSTRAINT Profile_authorId_fkey FOREIGN KEY (authorId) REFERENCES Author (id) ON DELETE CASCADE
);

CREATE TABLE Book (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  title VARCHAR(10) NOT NULL,
  price DECIMAL(40, 20) NOT NULL DEFAULT 0,
  authorId INT NOT NULL,
  UNIQUE KEY Book_authorId_title_key (authorId, title),
  CONSTRAINT Book_authorId_fkey FOREIGN KEY (authorId) REFERENCES Author (id)
);

CREATE TABLE Tag (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(50) NOT NULL,
  UNIQUE KEY Tag_name_key (name)
);

-- Prisma's own layout of a many-to-many relation; a primary key in place of its unique one, which Galera wants.
CREATE TABLE _BookToTag (
  A INT NOT NULL,
  B INT NOT NULL,
  PRIMARY KEY (A, B),
  KEY _BookToTag_B_index (B),
  CONSTRAINT _BookToTag_A_fkey FOREIGN KEY (A) REFERENCES Book (id) ON DELETE CASCADE,
  CONSTRAINT _BookToTag_B_fkey FOREIGN KEY (B) REFERENCES Tag (id) ON DELETE CASCADE
);

CREATE TABLE Everything (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  tiny TINYINT,
  utiny TINYINT UNSIGNED,
  small SMALLINT,
  usmall SMALLINT UNSIGNED,
  medium MEDIUMINT,
  umedium MEDIUMINT UNSIGNED,
  `int` INT,
  uint INT UNSIGNED,
  big BIGINT,
  ubig BIGINT UNSIGNED,
  `decimal` DECIMAL(65, 30),
  `float` FLOAT,
  `double` DOUBLE,
  `boolean` TINYINT(1),
  bit1 BIT(1),
  bit64 BIT(64),
  `year` YEAR,
  `date` DATE,
  `time` TIME(3),
  `datetime` DATETIME(3),
  `timestamp` TIMESTAMP(3) NULL,
  `char` CHAR(20),
  `varchar` VARCHAR(200),
  `text` LONGTEXT,
  `enum` ENUM('red', 'green', 'dark blue'),
  json JSON,
  `binary` BINARY(8),
  `varbinary` VARBINARY(200),
  `blob` LONGBLOB
);

CREATE TABLE Slot (
  at TIME(3) NOT NULL,
  price DECIMAL(10, 2) NOT NULL,
  note INT NOT NULL,
  PRIMARY KEY (at, price)
);

CREATE TABLE Booking (
  id INT NOT NULL PRIMARY KEY,
  slotAt TIME(6),
  slotPrice DECIMAL(20, 5)
);

CREATE TABLE Moment (
  at DATETIME(6) NOT NULL PRIMARY KEY,
  note INT NOT NULL
);

CREATE TABLE Mark (
  bits BIT(64) NOT NULL PRIMARY KEY,
  at DATETIME(6)
);
