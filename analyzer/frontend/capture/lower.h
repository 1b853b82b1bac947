// Lowering: cursors of one translation unit in, one ir unit out. This header is what the files of this folder share: the state
// of a unit's lowering and, per file, the functions the others call. Nothing outside this folder sees a cursor.
//
// An expression is lowered by what its context wants of it: its value (expr_value), its address (expr_addr), only its effects
// (expr_effects), or control flow (cond_branch). Arrays and functions have no value but their address.
#ifndef FRONTEND_CAPTURE_LOWER_H
#define FRONTEND_CAPTURE_LOWER_H

#include "base/mem.h"
#include "frontend/capture/parse.h"
#include "ir/build.h"

#include <clang-c/Index.h>
#include <stdbool.h>

// What a declaration became.
struct decl {
    CXCursor cursor;
    uint32_t next;             // with the same hash, plus one
    uint32_t id;               // records and fields
    struct ir_value value;     // variables: address; functions: IR_V_FUNC
    uint8_t const_state;       // decl_const_state: the value that a const scalar always has
    struct ir_value constant;
};

enum decl_const_state { CONST_UNTRIED, CONST_TRYING, CONST_KNOWN, CONST_NONE };

struct decl_table {
    struct map heads; // by clang_hashCursor
    VEC(struct decl) items;
};

struct nodes {
    struct node **items;
    uint32_t count;
};

// A statement, an expression or a variable of the function that is being lowered, or of an initializer, with all that is under it. What
// is asked of it is asked once: libclang's answers are slow.
struct node {
    CXCursor cursor;
    struct nodes children, exprs; // `exprs`: only those that are expressions
    unsigned begin, end;          // of its extent, in libclang's numbers; 0: not asked yet
    uint32_t loc, type;           // plus one; 0: not asked yet
};

struct node_found {
    CXCursor cursor;
    uint32_t parent; // into `found`
};

struct node_visit {
    VEC(struct node_found) found;
    VEC(uint32_t) path; // from the root to the last one, into `found`
};

// What IR types do not say but lowering needs; by type id.
struct type_info {
    CXType canonical;
    uint8_t is_unsigned, is_noreturn, is_volatile, is_va_list, is_known;
    uint32_t pointer; // type id of the pointer to it, plus one; 0: not made yet
};

// How the type that is looked at is reached: by what the unit uses, inside a record that it uses, or only by a pointer in there.
enum reach { REACH_USED, REACH_CONTAINED, REACH_BEHIND };

struct lazy_record {
    CXCursor shown;
    bool is_filled; // its fields are there
};

// A scope's exit actions form a tree: each variable with a cleanup has the one declared before it as its parent.
struct cleanup {
    uint32_t parent;
    struct ir_value var, func;
    uint32_t var_type, loc;
};

struct target {
    uint32_t block;   // IR_NONE: nothing to break out of
    uint32_t cleanup; // innermost cleanup there
};

struct pending_goto {
    uint32_t from; // block, left open
    uint32_t cleanup, loc;
    CXCursor label;
};

struct switch_arms {
    VEC(int64_t) ranges; // low, high per arm
    VEC(uint32_t) blocks;
    uint32_t fallback;   // block of `default`, IR_NONE: none
    uint32_t type;       // of the switched value
    uint32_t cleanup;    // innermost cleanup at the switch
    struct switch_arms *outer;
};

// The function being lowered.
struct body {
    CXCursor cursor; // its definition
    struct decl_table decls; // locals
    struct map labels;                // place of a label -> its number, plus one
    VEC(struct target) label_targets; // by number of a label
    VEC(uint32_t) taken_labels;       // numbers of labels whose address is taken
    VEC(struct pending_goto) gotos;
    VEC(struct pending_goto) any_gotos; // computed; `label` unused
    VEC(struct cleanup) cleanups;
    uint32_t cleanup;        // innermost, IR_NONE: none
    struct target break_to, continue_to;
    struct switch_arms *arms;
    uint32_t result_type;
    uint32_t scope;          // place of the innermost statement that variables are local to, 0: none
};

// A definition that is still to be lowered.
struct pending_func {
    CXCursor definition;
    uint32_t params; // where they stand among the unit's variables; IR_NONE: not there
};

struct pending_init {
    CXCursor var, init;
    struct ir_value addr;
    uint32_t type;
};

struct source {
    CXFile file;
    const char *text; // NULL: not loaded, or cannot be
    size_t size;
    bool is_loaded;
    bool is_in_prefix;  // read for the precompiled header
    unsigned last_line; // that was asked for
    line_starts lines, own_lines; // `lines` may be those that `places` keeps
};

struct place {
    uint32_t file; // IR_NONE: nowhere
    unsigned line, column, offset;
};

// A file's places are consecutive numbers, from where it was included: known once one of them was asked for.
struct span {
    unsigned start, size;
    uint32_t file;
};

// The macro call that was last asked about. Its places are consecutive numbers: one call is expanded before the next.
struct macro_call {
    unsigned first, last; // of those seen; 0: none yet
    struct place begin;
};

struct lower {
    CXTranslationUnit tu;
    CXPrintingPolicy printing;
    const char *project;   // names of files below it are relative to it
    const char *directory;
    const char *prefix_files; // what a precompiled header read (protocol.h), "" without one
    bool needs_whole;         // something in that header cannot be found from here
    struct buf *asked;        // the lines that mention functions of that header (asked.h), NULL without one
    struct places *places;
    struct ir_builder b;
    struct arena arena;      // this function's scratch
    struct arena unit_arena;
    struct node_visit visit;
    VEC(CXCursor) collected; // fields of the record just visited
    // source.c
    CXFile main_file;
    struct map file_ids;            // CXFile -> file
    struct map path_ids;            // text of its path -> file, plus one
    VEC(struct source) sources;     // by file
    VEC(struct span) spans;         // by start
    uint32_t last_span;             // where the last place was found
    struct macro_call macro_call;
    struct place macro_begin, macro_end; // of the macro call whose end was last looked for
    struct buf text;                // scratch
    CXSourceRange extent;           // the last one: all but its numbers is the same for all
    struct map system_directories;  // hash of its name -> 1: user's, 2: system's
    VEC(struct error_place) errors;
    // type.c
    struct map type_ids;     // CXType -> type
    VEC(struct type_info) type_infos;
    enum reach reach;
    uint32_t int_type, void_type;
    unsigned pointer_size;
    // decl.c
    struct decl_table decls; // functions, globals, static locals, records, fields
    VEC(struct lazy_record) lazy_records; // by record
    VEC(struct pending_func) pending_funcs;
    VEC(struct pending_init) pending_inits;
    struct map funcs_by_usr; // text -> function, plus one
    struct map funcs_by_name; // hash of the name -> index into top_level_funcs, plus one; filled when a cleanup first asks
    VEC(CXCursor) top_level_funcs;
    bool is_dry;      // looking for a constant: no block and no variable may be made
    bool has_effects; // and this shows that there was more to it than its value
    struct body body;
};

struct error_place {
    uint32_t file;
    unsigned offset;
};

// source.c: places and texts
void source_init(struct lower *l);
const char *source_string(struct lower *l, CXString string);      // copied to the arena
const char *source_unit_string(struct lower *l, CXString string); // copied to the unit's arena
uint32_t source_file(struct lower *l, CXFile file);
uint32_t source_loc(struct lower *l, struct node *node);
uint32_t source_decl_loc(struct lower *l, CXCursor cursor);
uint32_t source_first_loc(struct lower *l, CXCursor cursor); // its first token
// Of a statement, up to the end of a part of it (or of itself; NULL: only where it starts), with whether a semicolon follows.
uint32_t source_statement_loc(struct lower *l, struct node *statement, struct node *until);
uint32_t source_end_loc(struct lower *l, struct node *node); // its last character, such as a closing brace
CXSourceRange source_extent(struct lower *l, struct node *node);
bool source_in_macro(struct lower *l, struct node *node);
void source_list(const struct lower *l, struct buf *out); // all files but the main one, as in protocol.h
// Text id of the source of an expression on one line; 0 where it is longer than `limit` bytes.
uint32_t source_text(struct lower *l, struct node *node, size_t limit);
// The first token as spelled, looking into macros.
const char *source_first_token(struct lower *l, struct node *node);
// Text of the file from where the node's first token is spelled, looking into macros; NULL where there is none.
const char *source_spelled(struct lower *l, struct node *node, const char **ret_end);
bool source_is_main(struct lower *l, CXCursor cursor);
bool source_has_error(struct lower *l, CXCursor cursor);

// text.c: C text scanned without a lexer
const char *text_skip_blanks(const char *at, const char *end); // blanks, comments, backslash-newlines
const char *text_skip_token(const char *at, const char *end);  // one word, literal or other character
const char *text_skip_group(const char *at, const char *end);  // from an opening bracket to behind its closing one
bool text_has_word(const char *text, const char *word);
void text_collapse(const char *at, const char *end, struct buf *out); // blanks and newlines to single blanks
void text_drop_qualifiers(const char *type, struct buf *out);

// node.c
struct node *node_tree(struct lower *l, CXCursor cursor); // lives as long as the function's scratch memory
void node_visit_done(struct node_visit *visit);
struct node *node_child(const struct node *node, CXCursor cursor); // NULL where it is none of the children
struct node *node_strip(struct node *node);                        // without parentheses and implicit conversions

// cursor.c: what libclang lacks
// Only for literals and other leaves: libclang crashes on some calls and casts that are not constant.
bool cursor_evaluate(struct lower *l, CXCursor cursor, struct ir_value *ret_value);
struct decl *cursor_find(const struct decl_table *table, CXCursor cursor); // valid until the next cursor_add
struct decl *cursor_add(struct decl_table *table, CXCursor cursor);
void cursor_table_done(struct decl_table *table);

// type.c
uint32_t type_get(struct lower *l, CXType type);
uint32_t type_of(struct lower *l, struct node *node);
uint32_t type_of_decl(struct lower *l, CXCursor cursor);
uint32_t type_pointer(struct lower *l, uint32_t type);
const struct ir_type *type_at(const struct lower *l, uint32_t type);
bool type_is_integer(const struct lower *l, uint32_t type); // bool, int, uint, enum
bool type_is_unsigned(const struct lower *l, uint32_t type);
bool type_is_aggregate(const struct lower *l, uint32_t type); // record or array
bool type_is_va_list(const struct lower *l, uint32_t type);
uint32_t type_pointee(const struct lower *l, uint32_t type);
uint32_t type_promoted(struct lower *l, uint32_t type);

// fold.c: constants
bool fold_is_const(struct ir_value value);
int64_t fold_int(const struct lower *l, struct ir_value value);
bool fold_is_zero(const struct lower *l, struct ir_value value);
struct ir_value fold_typed(struct lower *l, int64_t value, uint32_t type); // cut to the type's width
bool fold_binary(struct lower *l, uint8_t op, struct ir_value a, struct ir_value b, uint32_t operand_type, uint32_t type,
                 struct ir_value *ret_value);
bool fold_unary(struct lower *l, uint8_t op, struct ir_value a, uint32_t type, struct ir_value *ret_value);
bool fold_cast(struct lower *l, struct ir_value a, uint32_t from, uint32_t to, struct ir_value *ret_value);

// emit.c: instructions with folding
struct ir_value emit_load(struct lower *l, struct ir_value addr, uint32_t type, uint32_t loc);
void emit_store(struct lower *l, struct ir_value addr, struct ir_value value, uint32_t type, uint32_t loc);
void emit_zero(struct lower *l, struct ir_value addr, uint32_t type, uint32_t loc);
struct ir_value emit_binary(struct lower *l, uint8_t op, struct ir_value a, struct ir_value b, uint32_t operand_type,
                            uint32_t type, uint32_t loc);
struct ir_value emit_unary(struct lower *l, uint8_t op, struct ir_value a, uint32_t type, uint32_t loc);
bool emit_converts(const struct lower *l, struct ir_value value, uint32_t from, uint32_t to); // false: it would leave it alone
struct ir_value emit_convert(struct lower *l, struct ir_value value, uint32_t from, uint32_t to, uint32_t loc);
struct ir_value emit_field(struct lower *l, struct ir_value base, uint32_t field, uint32_t loc);
struct ir_value emit_index(struct lower *l, struct ir_value base, struct ir_value index, uint32_t pointer_type, uint32_t loc);
struct ir_value emit_havoc(struct lower *l, uint32_t type, uint32_t loc);
struct ir_value emit_call(struct lower *l, struct ir_value callee, const struct ir_value *args, uint32_t count, uint32_t type,
                          uint32_t loc);
struct ir_value emit_synthetic(struct lower *l, uint32_t type, uint32_t loc); // address of a new variable

// decl.c: functions, variables, records
struct ir_value decl_func(struct lower *l, CXCursor cursor);
struct ir_value decl_named_func(struct lower *l, const char *name, uint32_t type);
struct ir_value decl_var(struct lower *l, CXCursor cursor); // its address
uint32_t decl_params(struct lower *l, CXCursor func, struct ir_var **ret_params);
struct ir_var decl_local_var(struct lower *l, CXCursor cursor);
// Text id of the annotations. `ret_has_unexposed`, which may be NULL: whether there is some attribute libclang has no kind for.
uint32_t decl_annotation(struct lower *l, CXCursor cursor, bool *ret_has_unexposed);
uint32_t decl_record(struct lower *l, CXCursor cursor);
void decl_fill_record(struct lower *l, uint32_t record); // its fields, if they are not there yet
uint32_t decl_field(struct lower *l, CXCursor cursor);
// The value of a const scalar whose initializer is in sight.
bool decl_constant(struct lower *l, CXCursor var, uint32_t type, struct ir_value *ret_value);
bool decl_cleanup(struct lower *l, CXCursor var, struct ir_value *ret_func); // __attribute__((cleanup(f)))
// The value of an expression that is constant and has no effects.
bool decl_dry_constant(struct lower *l, struct node *expr, uint32_t type, struct ir_value *ret_value);
void decl_references(struct lower *l, CXCursor init); // declares all that an initializer names

// expr.c, assign.c
struct ir_value expr_value(struct lower *l, struct node *node);
struct ir_value expr_addr(struct lower *l, struct node *node);
void expr_effects(struct lower *l, struct node *node);
struct ir_value expr_converted(struct lower *l, struct node *node, uint32_t to);
struct ir_value expr_name_value(struct lower *l, struct node *node, CXCursor to, uint32_t type); // `node` names the declaration `to`
// The value of `operand` in the type of `node`, which converts it.
struct ir_value expr_cast(struct lower *l, struct node *node, struct node *operand);
struct ir_value assign_value(struct lower *l, struct node *node);    // = and op=
struct ir_value assign_step_value(struct lower *l, struct node *node, enum CXUnaryOperatorKind op); // ++ and --
struct ir_value unexposed_value(struct lower *l, struct node *node);
struct node *unexposed_chosen(struct lower *l, struct node *node); // what a node that adds nothing stands for; NULL: none
bool generic_chosen(struct lower *l, struct node *node, struct node **ret_arm);

// cond.c: conditions, ?:, && and ||
void cond_branch(struct lower *l, struct node *node, uint32_t yes, uint32_t no);
struct ir_value cond_logical_value(struct lower *l, struct node *node);
struct ir_value cond_choice_value(struct lower *l, struct node *node);
struct ir_value cond_gnu_choice_value(struct lower *l, struct node *node, struct nodes parts);
void cond_effects(struct lower *l, struct node *node);

// call.c, builtin.c, atomic.c
struct ir_value call_value(struct lower *l, struct node *node);
bool builtin_value(struct lower *l, struct node *call, const char *name, struct nodes args, struct ir_value *ret_value);
bool atomic_sync_value(struct lower *l, struct node *call, const char *name, struct nodes args, struct ir_value *ret_value);
struct ir_value atomic_value(struct lower *l, struct node *node, const char *name, struct nodes parts);

// init.c
void init_object(struct lower *l, struct ir_value addr, CXType type, struct node *init);

// stmt.c, jump.c, switch.c, asm.c
void stmt_lower(struct lower *l, struct node *node);
void stmt_var(struct lower *l, struct node *node);
struct ir_value stmt_expr_value(struct lower *l, struct node *node);
void loop_for(struct lower *l, struct node *node);
void loop_while(struct lower *l, struct node *node);
void loop_do(struct lower *l, struct node *node);
void jump_cleanups(struct lower *l, uint32_t down_to, uint32_t loc); // runs the current ones, innermost first
void jump_out(struct lower *l, struct target to, uint32_t loc);
void jump_goto(struct lower *l, struct node *node);
void jump_goto_any(struct lower *l, struct node *node);
void jump_label(struct lower *l, struct node *node);
void jump_return(struct lower *l, struct node *node);
void jump_take_label(struct lower *l, CXCursor label);
void jump_resolve(struct lower *l);
void switch_lower(struct lower *l, struct node *node);
void switch_case(struct lower *l, struct node *node);
void asm_lower(struct lower *l, struct node *node);

// unit.c
// False where it cannot be done with a precompiled header, or not without more lines at the end of the unit's text: `asked` (asked.h)
// has grown then; it is NULL without such a header. What is in the builder, which is to be done in any case, outlives `tu`.
bool unit_lower(CXTranslationUnit tu, const struct parse_command *command, struct places *places, struct buf *asked, struct ir_builder *ret_builder);
// For a precompiled header: false where units would have something to lower in it. The files are listed as in protocol.h.
bool unit_list_files(CXTranslationUnit tu, const struct parse_command *command, struct places *places, struct buf *ret_files);

#endif
