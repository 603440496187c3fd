//! Records of Rails and the tables of its schema.

use expect_test::expect;

use super::tests::check;

#[test]
fn records_read_their_table_of_the_schema() {
    check(
        r#"
//- /db/schema.rb
ActiveRecord::Schema[7.1].define(version: 1) do
  create_table "orders", force: :cascade do |t|
    t.string "name"
  end
  create_table "users", force: :cascade
  add_index "orders", "name"
end
//- /app/models/order.rb
class Order < ApplicationRecord
end
//- /app/models/user.rb
class User < ApplicationRecord
end
"#,
        &expect![[r#"
            app/models/order.rb:Order -reads probable- db/schema.rb
            app/models/order.rb:Order -reads probable- db/schema.rb:orders
            app/models/user.rb:User -reads probable- db/schema.rb:users
        "#]],
    );
}
