//! Makefiles in, their targets, variables and uses out.

use expect_test::expect;

use crate::render::{check_file, check_links};

#[test]
fn targets_need_targets_and_files_and_run_commands() {
    check_file(
        "api/Makefile",
        "include common.mk\nPYTHON ?= python3\nSRC = $(shell ./list.sh)\nexport TOKEN := $(SECRET)\n\n.PHONY: test lint\n\nall: build | dist\n\ntest lint: build conf.ini # no\n\t@$(PYTHON) tests/run.py \\\n\t  --fast\n\t-cd ../web && npm test\n\t$(MAKE) -C sub check\nifdef X\n\techo $$HOME_DIR\nendif\n\nbuild:: $(SRC) ; bash scripts/build.sh\n%.o: %.c\n\t$(CC) -c $<\nbuild: FLAGS = $(TOKEN)\n",
        &expect![[r#"
            Resource PYTHON
            Resource SRC
            Resource TOKEN
            Resource all
            Resource test
            Resource lint
            Resource build
            Resource %.o
            link Script Declares make:api# in all
            link File Reads api/common.mk | common.mk
            link Local Declares api/Makefile#var:PYTHON in PYTHON
            link Local Declares api/Makefile#var:SRC in SRC
            link File Calls api/list.sh | list.sh in SRC
            link Local Declares api/Makefile#var:TOKEN in TOKEN
            link Environment Declares TOKEN in TOKEN
            link Local Reads api/Makefile#var:SECRET | api/common.mk#var:SECRET in TOKEN
            link Environment Reads SECRET in TOKEN
            link Local Declares api/Makefile#target:all in all
            link Script Declares make:api/Makefile#all | make:api#all in all
            link Local Calls api/Makefile#target:build | api/common.mk#target:build in all
            link Local Calls api/Makefile#target:dist | api/common.mk#target:dist in all
            link File Reads api/dist in all
            link Local Declares api/Makefile#target:test in test
            link Script Declares make:api/Makefile#test | make:api#test in test
            link Local Declares api/Makefile#target:lint in lint
            link Local Calls api/Makefile#target:test in lint
            link Script Declares make:api/Makefile#lint | make:api#lint in lint
            link Local Calls api/Makefile#target:build | api/common.mk#target:build in test
            link Local Calls api/Makefile#target:conf.ini | api/common.mk#target:conf.ini in test
            link File Reads api/conf.ini in test
            link Local Reads api/Makefile#var:PYTHON | api/common.mk#var:PYTHON in test
            link File Reads api/tests/run.py | tests/run.py in test
            link Script Calls web#test | #test in test
            link Script Calls make:api/sub#check in test
            link Environment Reads HOME_DIR in test
            link Local Declares api/Makefile#target:build in build
            link Script Declares make:api/Makefile#build | make:api#build in build
            link Local Reads api/Makefile#var:SRC | api/common.mk#var:SRC in build
            link File Calls api/scripts/build.sh | scripts/build.sh in build
            link Local Declares api/Makefile#target:%.o in %.o
            link Script Declares make:api/Makefile#%.o | make:api#%.o in %.o
            link Local Reads api/Makefile#var:CC | api/common.mk#var:CC in %.o
            link Environment Reads CC in %.o
            link Local Reads api/Makefile#var:TOKEN | api/common.mk#var:TOKEN in build
            not modelled: pattern rules 1
        "#]],
    );
}

#[test]
fn values_of_several_lines_belong_to_their_variable() {
    check_file(
        "x.mk",
        "define usage\nmake all: does $(it)\nendef\nA = 1 \\\n  b: c\nA += 2\nhelp:\n\t$(call usage,x)\n",
        &expect![[r#"
            Resource usage
            Resource A
            Resource help
            link Local Declares x.mk#var:usage in usage
            link Local Declares x.mk#var:A in A
            link Local Declares x.mk#target:help in help
            link Script Declares make:x.mk#help | make:#help in help
            link Local Reads x.mk#var:usage in help
        "#]],
    );
}

#[test]
fn what_is_no_makefile_gives_nothing_and_ends() {
    check_links(
        "Makefile",
        &format!("{}\n:::=\n\t\n$(((", "$(".repeat(5_000)),
        &expect![[r#"
        link Local Calls Makefile#target:=
        link File Reads =
    "#]],
    );
}
