//! Statements in, facts out.

use expect_test::expect;

use super::statements::is_sql;
use crate::render::check_file;

#[test]
fn tables_views_and_functions_use_each_other() {
    check_file(
        "db/schema.sql",
        r#"
-- The users.
CREATE TABLE IF NOT EXISTS public."Users" (id int PRIMARY KEY, team_id int REFERENCES teams(id));
DROP TABLE IF EXISTS teams;
CREATE TABLE teams (id int);
create or replace view active as
  with recent as (select * from logins l, "Users" u where l.at > now())
  select r.id from recent r join public.users u on u.id = r.id;
ALTER TABLE ONLY teams ADD COLUMN name text;
CREATE FUNCTION touch() RETURNS trigger AS $$
BEGIN UPDATE users SET at = now(); RETURN NEW; END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER t BEFORE INSERT ON teams EXECUTE FUNCTION touch();
INSERT INTO teams (id) VALUES (1); DELETE FROM logins WHERE note = 'from nowhere';
"#,
        &expect![[r#"
            Resource public.users
            Resource teams
            Resource active
            Resource teams#1
            Function touch
            link Table Declares public.users | users in public.users
            link Table Reads teams in public.users
            link Table Declares teams in teams
            link Table Declares active in active
            link Table Reads logins in active
            link Table Reads users in active
            link Table Reads public.users | users in active
            link Table Declares teams in teams#1
            link Table Declares touch() in touch
            link Table Reads users in touch
            link Table Reads teams
            link Table Reads touch()
            link Table Reads teams
            link Table Reads logins
        "#]],
    );
}

#[test]
fn texts_of_code_that_are_sql() {
    for text in [
        "SELECT * FROM users",
        "  insert into a values (1)",
        "(select 1 from x)",
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "UPDATE users SET a = 1",
        "create table x (id int)",
    ] {
        assert!(is_sql(text), "{text}");
    }
    for text in ["select an item", "Update the docs", "delete", "with care", "from x", ""] {
        assert!(!is_sql(text), "{text}");
    }
}

#[test]
fn what_is_not_closed_ends_with_the_text() {
    for text in ["select 'a", "select \"a", "/* a", "-- a", "create table", "select * from `", "[é"]
    {
        super::statements::statements(text);
    }
}

#[test]
fn procedures_are_called_and_batches_end_with_go() {
    check_file(
        "db/procedures.sql",
        r#"
CREATE TABLE [dbo].[Cust] ([Id] INT NOT NULL);
GO
CREATE PROCEDURE dbo.GetCust @id INT AS BEGIN SELECT * FROM [dbo].[Cust] WHERE Id = @id; END
GO
CREATE PROCEDURE dbo.All2 AS BEGIN EXEC dbo.GetCust 1; END
GO
EXEC dbo.All2
CALL touch();
"#,
        &expect![[r#"
            Resource dbo.cust
            Function dbo.getcust
            Function dbo.all2
            link Table Declares dbo.cust | cust in dbo.cust
            link Table Declares dbo.getcust() | getcust() in dbo.getcust
            link Table Reads dbo.cust | cust in dbo.getcust
            link Table Declares dbo.all2() | all2() in dbo.all2
            link Table Reads dbo.getcust() | getcust() in dbo.all2
            link Table Reads dbo.all2() | all2()
            link Table Reads touch()
        "#]],
    );
}

#[test]
fn calls_in_code_are_queries() {
    for text in ["SELECT f1()", "CALL cleanup()", "exec dbo.GetCust @id", "SELECT 1 FROM t"] {
        assert!(is_sql(text), "{text}");
    }
    for text in ["select one", "calling", "executed (twice)"] {
        assert!(!is_sql(text), "{text}");
    }
}
